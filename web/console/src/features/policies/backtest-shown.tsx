import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Backtest } from "@perennial/api-client";
import { DataTable, Delta, StageMark } from "@perennial/ui";
import { useFormat } from "../../app/words";
import type { Draft } from "./draft";
import { useNamed } from "./names";

/** The draft beside the version in force, month by month: members of a stage, and the flows into and out of it. */
export function BacktestShown({ backtest, draft }: { backtest: Backtest; draft: Draft }) {
  const { t } = useTranslation();
  const format = useFormat();
  const named = useNamed(draft);
  const ids = [...new Set([...draft.stages.map((stage) => stage.id), ...Object.keys(backtest.months[0]?.active ?? {})])];
  const differs = (id: string) => backtest.months.some((row) => (row.active[id] ?? 0) !== (row.draft[id] ?? 0));
  const [chosen, setChosen] = useState(ids.find(differs) ?? ids[0] ?? "");
  const sum = (side: "active" | "draft", month: string, end: "from" | "to") =>
    backtest.flows[side].filter((flow) => flow.month === month && flow[end] === chosen && flow.from !== flow.to).reduce((all, flow) => all + flow.members, 0);
  const change = (now: number, before: number) => <Delta value={now - before} text={format.signed(now - before)} />;
  return (
    <div className="trial-shown" data-trial="backtest">
      <div className="day-field">
        <label htmlFor="backtest-stage">{t("policies.backtest.stage")}</label>
        <Select
          id="backtest-stage"
          popupMatchSelectWidth={false}
          value={chosen}
          onChange={setChosen}
          options={ids.map((id) => ({ value: id, label: <StageMark color={named(id).color} name={`${named(id).name}${differs(id) ? " *" : ""}`} /> }))}
        />
      </div>
      <p className="soft">{t("policies.backtest.note")}</p>
      {backtest.unreached.length > 0 && <p className="policy-problem">{t("policies.backtest.unreached", { stages: backtest.unreached.map((id) => named(id).name).join(", ") })}</p>}
      <DataTable
        caption={t("policies.backtest.caption", { stage: named(chosen).name })}
        dense
        keepRows
        rows={backtest.months}
        rowKey={(row) => row.month}
        columns={[
          { key: "month", head: t("policies.backtest.month"), cell: (row) => row.month },
          { key: "active", head: t("policies.backtest.active"), align: "end", cell: (row) => format.count(row.active[chosen] ?? 0) },
          { key: "draft", head: t("policies.backtest.draft"), align: "end", cell: (row) => <strong>{format.count(row.draft[chosen] ?? 0)}</strong> },
          { key: "change", head: t("policies.backtest.difference"), align: "end", cell: (row) => change(row.draft[chosen] ?? 0, row.active[chosen] ?? 0) },
          { key: "in", head: t("policies.backtest.in"), align: "end", phone: "none", cell: (row) => `${format.count(sum("active", row.month, "to"))} → ${format.count(sum("draft", row.month, "to"))}` },
          { key: "out", head: t("policies.backtest.out"), align: "end", phone: "none", cell: (row) => `${format.count(sum("active", row.month, "from"))} → ${format.count(sum("draft", row.month, "from"))}` },
        ]}
      />
    </div>
  );
}
