/** The brand in five figures. */
import { useTranslation } from "react-i18next";
import type { Overview } from "@perennial/api-client";
import { daysBetween, Stat } from "@perennial/ui";
import { useFormat } from "../../app/words";

export function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stages, brand } = overview;
  const moved = overview.movements.reduce((sum, movement) => sum + (movement.from ? movement.members : 0), 0);
  const last = brand.last_purchase_on;
  const ago = last ? daysBetween(last, stages.as_of) : 0;
  return (
    <dl className="figures">
      <Stat label={t("overview.members")} value={format.count(stages.members)} hint={t("overview.members_hint")} />
      <Stat
        label={t("overview.buyers")}
        value={format.count(stages.buyers)}
        hint={t("overview.buyers_hint", { share: format.share(stages.buyers, stages.members) })}
      />
      <Stat
        label={t("overview.again")}
        value={format.count(stages.members_with_more_than_one_life)}
        hint={t("overview.again_hint")}
      />
      <Stat label={t("overview.moved")} value={format.count(moved)} hint={t("overview.moved_hint")} />
      <Stat
        label={t("overview.last_purchase")}
        value={last ? format.day(last) : t("overview.last_purchase_none")}
        hint={last && (ago > 0 ? t("overview.days_ago", { count: ago, n: format.count(ago) }) : t("overview.today"))}
      />
    </dl>
  );
}
