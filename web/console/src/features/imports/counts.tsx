import { Stat } from "@perennial/ui";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../app/words";

const KEYS = ["new", "updated", "unchanged", "skipped", "bad"] as const;

export function Counts({ of }: { of: Record<(typeof KEYS)[number], number> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <dl className="import-counts">
      {KEYS.map((key) => (
        <Stat key={key} label={t(`imports.count.${key}`)} value={<span data-count={key}>{format.count(of[key])}</span>} hint={t(`imports.count_hint.${key}`)} />
      ))}
    </dl>
  );
}
