/** Beside what members are expected to buy: other kinds of value, which may be counted in, and who has yet to buy, who never is. */
import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import type { CustomerEquity } from "@perennial/api-client";
import { DataTable, NOTHING, Panel } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { KINDS, type Room } from "./room-state";

type Part = CustomerEquity["parts"][number];

export function Parts({ data, room }: { data: CustomerEquity; room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const chosen = room.state.with.split(",").filter(Boolean);
  const name = (one: Part) => t(`worth.kind.${KINDS.find((held) => held === one.kind) ?? "purchase"}`);
  const turn = (kind: string, on: boolean) => room.change({ with: KINDS.filter((held) => (held === kind ? on : chosen.includes(held))).join(",") });
  const counted = (one: Part) => (
    <Checkbox checked={one.counted_in} disabled={one.kind === "purchase"} aria-label={t("value.equity.beside.count", { kind: name(one) })} onChange={(event) => turn(one.kind, event.target.checked)} />
  );
  return (
    <Panel flush id="equity-parts" title={t("value.equity.beside.title")} note={t("value.equity.beside.note")}>
      <p className="value-rule">{t("value.equity.beside.teach")}</p>
      <DataTable
        caption={t("value.equity.beside.title")}
        dense
        rows={data.parts}
        rowKey={(one) => one.kind}
        columns={[
          { key: "kind", head: t("worth.kinds.kind"), phone: "title", cell: name },
          { key: "counted", head: t("value.equity.beside.counted"), cell: counted },
          { key: "members", head: t("value.rfm.members"), align: "end", cell: (one) => format.count(one.worth.members) },
          { key: "before", head: t("value.equity.before"), align: "end", cell: (one) => format.money(one.worth.before) },
          { key: "after", head: t("value.equity.after"), align: "end", cell: (one) => format.money(one.worth.after) },
          { key: "change", head: t("value.equity.change"), align: "end", cell: (one) => <strong>{format.money(one.worth.change)}</strong> },
        ]}
      />
    </Panel>
  );
}

const RELATIONS = ["aware", "follower", "registered"] as const;
type Group = CustomerEquity["prospects"]["groups"][number];

export function Prospects({ data }: { data: CustomerEquity }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { prospects } = data;
  const share = (chance: number | null | undefined) => (typeof chance === "number" ? format.share(chance, 1) : NOTHING);
  const relation = (one: Group) => {
    const found = RELATIONS.find((held) => held === one.relation);
    return found ? t(`value.equity.prospects.relation.${found}`) : t("value.equity.prospects.known");
  };
  const counts = { n: format.count(prospects.worth.members_after), money: format.money(prospects.worth.after), day: data.to };
  const basis = { tried: format.count(prospects.tried), bought: format.count(prospects.bought), chance: share(prospects.probability), mean: prospects.mean ? format.money(prospects.mean) : NOTHING, n: format.count(prospects.new_buyers) };
  return (
    <Panel flush id="equity-prospects" title={t("value.equity.prospects.title")} note={t("value.equity.prospects.note", counts)}>
      <p className="value-rule">{prospects.tried === 0 ? t("value.equity.prospects.unknown") : t("value.equity.prospects.teach", basis)}</p>
      {prospects.groups.length > 0 && (
        <DataTable
          caption={t("value.equity.prospects.title")}
          dense
          rows={prospects.groups}
          rowKey={(one) => `${one.source} ${one.relation ?? ""}`}
          columns={[
            { key: "source", head: t("value.equity.prospects.source"), phone: "title", cell: (one) => one.source || t("value.equity.unknown") },
            { key: "relation", head: t("value.equity.prospects.nearest"), cell: relation },
            { key: "tried", head: t("value.equity.prospects.tried"), align: "end", cell: (one) => t("value.equity.prospects.of", { bought: format.count(one.bought), tried: format.count(one.tried) }) },
            { key: "chance", head: t("value.equity.prospects.chance"), align: "end", cell: (one) => share(one.probability) },
            { key: "members", head: t("value.equity.prospects.now"), align: "end", cell: (one) => format.count(one.worth.members_after) },
            { key: "before", head: t("value.equity.before"), align: "end", cell: (one) => format.money(one.worth.before) },
            { key: "after", head: t("value.equity.after"), align: "end", cell: (one) => <strong>{format.money(one.worth.after)}</strong> },
          ]}
        />
      )}
    </Panel>
  );
}
