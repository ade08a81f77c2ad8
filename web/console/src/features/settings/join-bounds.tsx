/** The least and most that a field of the join form takes; only what has an order can be bounded. */
import { Input } from "antd";
import { useTranslation } from "react-i18next";
import type { JoinForm } from "@perennial/api-client";
import { Wrong } from "./words-input";

const ORDERED = ["number", "money", "date"];
type Field = JoinForm["fields"][number];

export function JoinBounds({ at, field, set, error }: { at: number; field: Field; set: (part: Partial<Field>) => void; error: unknown }) {
  const { t } = useTranslation();
  if (!ORDERED.includes(field.field.type)) return null;
  return (
    <div className="words-pair">
      {(["min", "max"] as const).map((bound) => (
        <div key={bound}>
          <label htmlFor={`join-field-${at}-${bound}`}>{t(`profile.settings.${bound}`)}</label>
          <Input
            id={`join-field-${at}-${bound}`}
            value={field[bound] ?? ""}
            placeholder={field.field.type === "date" ? "YYYY-MM-DD" : undefined}
            onChange={(event) => set({ [bound]: event.target.value || null })}
          />
          <Wrong error={error} pointer={`/fields/${at}/${bound}`} />
        </div>
      ))}
    </div>
  );
}
