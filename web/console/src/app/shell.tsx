/** The frame around every room: navigation at the side (phone: at the bottom), brand, account. */
import { LayoutDashboard, Users, Waypoints } from "lucide-react";
import { Suspense, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useBrand } from "../features/session/queries";
import { AccountMenu } from "./account-menu";
import { Loading } from "./states";

const ROOMS = [
  { to: "/", key: "overview", Icon: LayoutDashboard },
  { to: "/members", key: "members", Icon: Users },
  { to: "/lifecycle", key: "lifecycle", Icon: Waypoints },
] as const;

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
        <nav className="side-nav" aria-label={t("shell.nav.label")}>
          {ROOMS.map(({ to, key, Icon }) => (
            <NavLink key={key} to={to} end={to === "/"}>
              <Icon size={17} strokeWidth={1.75} aria-hidden="true" />
              <span>{t(`shell.nav.${key}`)}</span>
            </NavLink>
          ))}
        </nav>
        <AccountMenu />
      </header>
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading />}>{children}</Suspense>
      </main>
    </div>
  );
}
