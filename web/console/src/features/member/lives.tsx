/** The lives of a member: a strip to scale, and below it one line per life. */
import { useTranslation } from "react-i18next";
import { Empty } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { useBrand } from "../session/queries";
import { placeLives, type Life } from "./lives-strip";

export function Lives({ lives }: { lives: readonly Life[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const today = useBrand().data?.today;
  if (lives.length === 0) return <Empty title={t("member.lives.none")}>{t("member.lives.none_teach")}</Empty>;
  const { placed, years } = placeLives(lives, today ?? lives.at(-1)!.from);
  return (
    <div className="lives">
      <div className="lives-strip" aria-hidden="true">
        {years.map(({ year, left }) => (
          <span key={year} className="lives-year" style={{ insetInlineStart: `${left}%` }}>
            {year}
          </span>
        ))}
        {placed.map(({ life, left, width }) => (
          <span
            key={life.life}
            className={life.to === null ? "lives-bar open" : "lives-bar"}
            style={{ insetInlineStart: `${left}%`, width: `max(${width}%, 10px)` }}
          >
            {life.life}
          </span>
        ))}
      </div>
      <ol className="lives-list">
        {lives.map((life) => (
          <li key={life.life}>
            <strong>{t("member.lives.life", { n: life.life })}</strong>
            <span>
              {format.day(life.from)} – {life.to ?? t("member.lives.now")}
            </span>
            <span className="end">{t("member.lives.purchases", { count: life.purchases, n: format.count(life.purchases) })}</span>
            <span className="end">{format.money(life.money)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
