import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Calibration } from "@perennial/api-client";
import { DataTable, NOTHING } from "@perennial/ui";
import { useFormat, useWords } from "../../app/words";
import type { Draft } from "./draft";

const WINDOWS = ["first", "second", "active", "sleeping", "churned", "ended", "trend"] as const;

/** Windows proposed from the brand's own intervals, fitted on one span and checked on the next; taken over as a draft. */
export function CalibrationShown({ calibration, onTake }: { calibration: Calibration; onTake: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const share = (value: number | null) => (value === null ? NOTHING : format.share(value, 1));
  const name = (window: string) => {
    const known = WINDOWS.find((one) => one === window);
    return known ? t(`policies.calibration.window.${known}`) : window;
  };
  return (
    <div className="trial-shown" data-trial="calibrate">
      <p className="chart-summary">
        {t("policies.calibration.spans", { fit: `${calibration.fit.from} – ${calibration.fit.to}`, check: `${calibration.check.from} – ${calibration.check.to}`, buyers: format.count(calibration.fit.buyers) })}
      </p>
      <DataTable
        caption={t("policies.calibration.caption")}
        rows={calibration.windows}
        rowKey={(window) => window.window}
        columns={[
          { key: "window", head: t("policies.calibration.of"), phone: "title", cell: (window) => name(window.window) },
          { key: "shipped", head: t("policies.calibration.shipped"), align: "end", cell: (window) => format.count(window.shipped) },
          { key: "days", head: t("policies.calibration.proposed"), align: "end", cell: (window) => <strong>{format.count(window.days)}</strong> },
          { key: "fit", head: t("policies.calibration.fit"), align: "end", cell: (window) => share(window.fit) },
          { key: "check", head: t("policies.calibration.check"), align: "end", cell: (window) => share(window.check) },
          { key: "why", head: t("policies.calibration.why"), phone: "none", cell: (window) => <span className="soft">{words(window.reason)}</span> },
        ]}
      />
      {calibration.notes.map((note) => (
        <p key={note.en} className="soft">
          {words(note)}
        </p>
      ))}
      <Button disabled={calibration.too_little_data} onClick={() => onTake(calibration.document as unknown as Draft)}>
        {t("policies.calibration.take")}
      </Button>
    </div>
  );
}
