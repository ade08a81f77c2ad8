/** The frame around every room: navigation at the side (phone: at the bottom), brand, account. */
import { Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PinButton } from "../features/dashboards/pin-button";
import { JobsButton } from "../features/jobs/jobs-button";
import { SearchButton } from "../features/search/search-button";
import { useBrand } from "../features/session/queries";
import { AccountMenu } from "./account-menu";
import { Navigation } from "./navigation";
import { Loading } from "./states";

export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const brand = useBrand().data;
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("shell.skip")}
      </a>
      <header className="side">
        <div className="side-brand">
          <img src="/mark.svg" alt="" width="26" height="26" />
          <div className="side-names">
            <strong>{brand?.name ?? t("shell.product")}</strong>
            <span>{t("shell.product")}</span>
          </div>
        </div>
        <SearchButton />
        <Navigation />
        <JobsButton />
        <AccountMenu />
      </header>
      <main id="content" tabIndex={-1}>
        <div className="pin-place">
          <PinButton />
        </div>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
    </div>
  );
}
