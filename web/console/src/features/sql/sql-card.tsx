/** A statement as a card of a dashboard: asked anew whenever the dashboard is opened. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { AnswerView } from "./answer-view";
import type { Way } from "./drawn";

export function SqlCard({ statement, way }: { statement: string; way: Way }) {
  const { t } = useTranslation();
  const asked = useQuery({
    queryKey: ["sql", "card", statement],
    queryFn: ({ signal }) => body(api.POST("/api/v1/sql", { body: { statement }, signal })),
    staleTime: 300_000,
  });
  return (
    <Panel id="sql" title={t("sql.title")}>
      <Answer of={asked} rows={6}>{(answer) => <AnswerView answer={answer} way={way} />}</Answer>
    </Panel>
  );
}
