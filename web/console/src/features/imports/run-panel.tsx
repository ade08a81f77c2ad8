/** An import at work, waiting, paused or failed, and what can be done about it. */
import { Panel } from "@perennial/ui";
import { Button, Popconfirm } from "antd";
import { useTranslation } from "react-i18next";
import type { Import } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { Counts } from "./counts";
import { Moving } from "./moving";
import { useDeed } from "./queries";
import { TroubleLine } from "./trouble-line";

export function RunPanel({ one }: { one: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const deed = useDeed(one.import);
  const isResting = one.state === "paused" || one.state === "failed";
  return (
    <Panel id="import-run" title={t("imports.run.title")} note={t("imports.run.note")}>
      {one.state === "waiting" && <p className="soft">{t("imports.run.waiting")}</p>}
      {!isResting && one.state !== "waiting" && <Moving one={one} label={t("imports.run.title")} />}
      {isResting && <p className="soft">{t("imports.run.resting", { n: format.count(one.records) })}</p>}
      <Counts of={one} />
      <TroubleLine one={one} />
      {deed.error && <Failure error={deed.error} />}
      <div className="import-actions">
        {isResting ? (
          <Button type="primary" onClick={() => deed.mutate("resume")} data-deed="resume">
            {t("imports.run.resume")}
          </Button>
        ) : (
          <Button disabled={one.state === "pausing" || one.state === "cancelling"} onClick={() => deed.mutate("pause")} data-deed="pause">
            {t("imports.run.pause")}
          </Button>
        )}
        <Popconfirm
          title={t("imports.run.cancel_sure")}
          description={t("imports.run.cancel_means")}
          okText={t("imports.run.cancel")}
          cancelText={t("imports.keep")}
          onConfirm={() => deed.mutate("cancel")}
        >
          <Button disabled={one.state === "cancelling"}>{t("imports.run.cancel")}</Button>
        </Popconfirm>
      </div>
    </Panel>
  );
}
