import { Badge } from "@perennial/ui";
import { useTranslation } from "react-i18next";
import type { Texts } from "../../texts/en";

type State = keyof Texts["imports"]["state"];
const TONES: Record<string, "accent" | "warn" | "danger"> = {
  running: "accent", trying: "accent", waiting: "accent", undoing: "accent", failed: "danger", paused: "warn", staged: "warn",
};

export function StateBadge({ state }: { state: string }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[state] ?? "plain"}>{t(`imports.state.${state as State}`)}</Badge>;
}
