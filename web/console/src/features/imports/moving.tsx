/** How far work has come: percent, rate, time left. */
import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import type { Import } from "@perennial/api-client";
import { useFormat } from "../../app/words";

export function Moving({ one, label }: { one: Import; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = Math.floor(one.percent ?? 0);
  const left = one.seconds_left;
  return (
    <div className="import-moving">
      <Progress percent={percent} status="active" aria-label={label} />
      <p aria-live="polite">
        {one.records_per_second !== null && <span>{t("imports.run.rate", { n: format.count(Math.round(one.records_per_second)) })}</span>}
        {left !== null && left !== undefined && (
          <span>{left < 60 ? t("imports.run.seconds_left", { n: format.count(Math.ceil(left)) }) : t("imports.run.minutes_left", { n: format.count(Math.ceil(left / 60)) })}</span>
        )}
      </p>
    </div>
  );
}
