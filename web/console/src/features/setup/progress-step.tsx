/** The orders come in; what is in is counted, and it can be stopped. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Answer } from "../../app/states";
import { Counts } from "../imports/counts";
import { Moving } from "../imports/moving";
import { isMoving, useDeed, useImport } from "../imports/queries";
import { TroubleLine } from "../imports/trouble-line";
import type { SetupState } from "./setup-page";

export function ProgressStep({ id, change }: { id: number; change: (by: Partial<SetupState>) => void }) {
  const { t } = useTranslation();
  const one = useImport(id);
  const deed = useDeed(id);
  return (
    <Answer of={one}>
      {({ import: now }) => (
        <>
          <h2>{t(now.state === "done" ? "setup.progress.done" : "setup.progress.title")}</h2>
          {isMoving(now.state) && <Moving one={now} label={t("setup.progress.title")} />}
          <Counts of={now} />
          <TroubleLine one={now} />
          <div className="import-actions">
            {now.state === "done" && (
              <Button type="primary" size="large" data-deed="calibrate" onClick={() => change({ step: "calibrate" })}>
                {t("setup.progress.next")}
              </Button>
            )}
            {isMoving(now.state) && <Button onClick={() => deed.mutate("cancel")}>{t("imports.run.cancel")}</Button>}
            {now.state === "failed" && (
              <Button type="primary" onClick={() => deed.mutate("resume")}>
                {t("imports.run.resume")}
              </Button>
            )}
            {now.state === "cancelled" && <Button onClick={() => change({ import: "" })}>{t("setup.progress.back")}</Button>}
          </div>
        </>
      )}
    </Answer>
  );
}
