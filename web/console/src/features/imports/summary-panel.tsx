/** What came of an import: counts, refused rows as a file, and the way back. */
import { Panel } from "@perennial/ui";
import { Button } from "antd";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { badRowsUrl, type Import } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import { Counts } from "./counts";
import { Moving } from "./moving";
import { TroubleLine } from "./trouble-line";
import { UndoDialog } from "./undo-dialog";

export function SummaryPanel({ one }: { one: Import }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [asked, setAsked] = useState(false);
  const isUndoing = one.state === "undoing";
  const isUndone = one.state === "undone";
  return (
    <Panel id="import-summary" title={t("imports.summary.title")} note={one.ended_at ? t("imports.summary.ended", { at: format.instant(one.ended_at) }) : undefined}>
      {isUndoing && <Moving one={one} label={t("imports.state.undoing")} />}
      {isUndone && <p className="soft">{t("imports.summary.undone")}</p>}
      {one.state === "cancelled" && <p className="soft">{t("imports.summary.cancelled")}</p>}
      <Counts of={one} />
      {one.shift_days !== 0 && <p className="soft">{t("imports.shifted", { n: one.shift_days / 7 })}</p>}
      <TroubleLine one={one} />
      <div className="import-actions">
        {one.bad > 0 && (
          <>
            <Button href={badRowsUrl(one.import, "xlsx")} download icon={<Download size={15} aria-hidden="true" />} data-deed="bad-rows">
              {t("imports.summary.bad_xlsx", { n: format.count(one.bad) })}
            </Button>
            <Button type="text" href={badRowsUrl(one.import, "csv")} download>
              {t("imports.summary.bad_csv")}
            </Button>
          </>
        )}
        {!isUndone && one.records > 0 && (
          <Button disabled={isUndoing && one.percent !== null} onClick={() => setAsked(true)} data-deed="undo">
            {t("imports.summary.undo")}
          </Button>
        )}
      </div>
      {one.bad > 0 && <p className="soft">{t("imports.summary.mend")}</p>}
      <UndoDialog id={one.import} open={asked} close={() => setAsked(false)} />
    </Panel>
  );
}
