import { useTranslation } from "react-i18next";
import type { CatalogueEntryTold } from "@perennial/api-client";
import { NOTHING } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { FieldName } from "./kinds";

/** Who changed what, when, from what to what; the newest first. */
export function EntryHistory({ history }: { history: CatalogueEntryTold["history"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = (field: string) => (field === "state" ? t("catalogue.state.label") : t(`catalogue.field.${field as FieldName}`));
  const shown = (field: string, value: string | null | undefined) =>
    value === null || value === undefined ? NOTHING : field === "state" ? t(`catalogue.state.${value as "active" | "retired"}`) : value;
  return (
    <section className="entry-history" aria-label={t("catalogue.history")}>
      <h2>{t("catalogue.history")}</h2>
      <ol>
        {history.map((change) => (
          <li key={change.version}>
            <p className="entry-change-head">{t("catalogue.changed", { at: format.instant(change.at), by: change.by })}</p>
            <ul>
              {change.fields.map((one) => (
                <li key={one.field}>
                  {change.version === 1
                    ? t("catalogue.set", { field: named(one.field), after: shown(one.field, one.after) })
                    : t("catalogue.from_to", { field: named(one.field), before: shown(one.field, one.before), after: shown(one.field, one.after) })}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
