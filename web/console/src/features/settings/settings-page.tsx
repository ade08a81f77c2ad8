import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, NavLink, useParams } from "react-router";
import { Loading } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useMay } from "../session/queries";
import { TABS } from "./tabs";
import "./settings.css";

export function SettingsPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { tab: key } = useParams();
  const shown = TABS.filter((tab) => !tab.need || may(tab.need));
  const tab = shown.find((one) => one.key === key);
  usePageTitle(t("settings.title"));
  const first = shown[0];
  if (!tab) return first ? <Navigate replace to={`/settings/${first.key}`} /> : null;

  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("settings.title")}</h1>
        </div>
      </div>
      <nav className="tabs" aria-label={t("settings.title")}>
        {shown.map((one) => (
          <NavLink key={one.key} to={`/settings/${one.key}`}>
            {t(`settings.tab.${one.key}`)}
          </NavLink>
        ))}
      </nav>
      <Suspense fallback={<Loading />}>
        <div className="settings-body">
          <tab.Page />
        </div>
      </Suspense>
    </>
  );
}
