/** The dry run, and the way from it to the import. */
import { Panel } from "@perennial/ui";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import type { ImportDetail } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { Counts } from "./counts";
import { Moving } from "./moving";
import { Problems } from "./problems";
import { useDeed } from "./queries";
import { TroubleLine } from "./trouble-line";

export function TrialPanel({ detail }: { detail: ImportDetail }) {
  const { t } = useTranslation();
  const { import: one, found, dry_run: tried } = detail;
  const deed = useDeed(one.import);
  const isTrying = one.state === "trying";
  const isReady = found !== null && found.missing.length === 0;
  return (
    <Panel id="import-trial" title={t("imports.trial.title")} note={t("imports.trial.note")}>
      {isTrying && <Moving one={one} label={t("imports.trial.title")} />}
      {!isTrying && tried && (
        <>
          <Counts of={tried} />
          {tried.shift_days !== 0 && <p className="soft">{t("imports.shifted", { n: tried.shift_days / 7 })}</p>}
          {tried.first_bad.length > 0 && <Problems rows={tried.first_bad} title={t("imports.trial.first_bad")} />}
        </>
      )}
      <TroubleLine one={one} />
      {deed.error && <Failure error={deed.error} />}
      <div className="import-actions">
        {isTrying ? (
          <Button onClick={() => deed.mutate("pause")}>{t("imports.trial.stop")}</Button>
        ) : (
          <>
            <Button type={tried ? "default" : "primary"} disabled={!isReady} onClick={() => deed.mutate("dry-run")} data-deed="dry-run">
              {tried ? t("imports.trial.again") : t("imports.trial.begin")}
            </Button>
            <Button type={tried ? "primary" : "default"} disabled={!isReady} onClick={() => deed.mutate("start")} data-deed="start">
              {t("imports.run.begin")}
            </Button>
          </>
        )}
        <Popconfirm title={t("imports.trial.drop_sure")} okText={t("imports.trial.drop")} cancelText={t("imports.keep")} onConfirm={() => deed.mutate("cancel")}>
          <Button type="text">{t("imports.trial.drop")}</Button>
        </Popconfirm>
      </div>
    </Panel>
  );
}
