import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { addDays } from "@perennial/ui";
import { DayField } from "./day-field";
import type { Room } from "./room-state";

const QUICK = [30, 90, 365];

export function RangeFields({ room, from, to }: { room: Room; from: string; to: string }) {
  const { t } = useTranslation();
  return (
    <>
      <DayField name="from" label={t("lifecycle.from")} value={from} onChange={(day) => room.change({ from: day })} />
      <DayField name="to" label={t("lifecycle.to")} value={to} onChange={(day) => room.change({ to: day })} />
      <span className="quick" role="group" aria-label={t("lifecycle.daily.quick")}>
        {QUICK.map((days) => (
          <Button key={days} size="small" type="text" onClick={() => room.change({ from: addDays(room.today, -days), to: null })}>
            {t("lifecycle.daily.last", { n: days })}
          </Button>
        ))}
      </span>
    </>
  );
}
