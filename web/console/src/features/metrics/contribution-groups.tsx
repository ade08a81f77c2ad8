/** Which groups bring the money: by stage, RFM class or the channel of the first order. */
import { useTranslation } from "react-i18next";
import type { Contribution } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, Panel, palette, ShareBar } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { Basis, Choice, Open, useDefinition } from "./parts";
import { contributionOf, useContribution, type Behind } from "./queries";
import { GROUPS, type Room } from "./room-state";

type Props = { room: Room; open: (behind: Behind) => void };
type Row = Contribution["rows"][number];

export function ContributionGroups({ room, open }: Props) {
  const { t } = useTranslation();
  const asked = useContribution(room.state);
  const define = useDefinition(asked.data);
  const options = GROUPS.map((value) => ({ value, label: t(`metrics.groups.by.${value}`) }));
  return (
    <Panel id="metrics-groups" title={t("metrics.groups.title")} note={define("contribution")}>
      <div className="day-fields">
        <Choice id="metric-groups" label={t("metrics.products.by")} value={room.state.groups} options={options} onChange={(groups) => room.change({ groups })} />
      </div>
      <Answer of={asked} rows={8}>
        {(data) =>
          data.buyers === 0 ? (
            <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
          ) : (
            <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
              <Shown data={data} room={room} open={open} />
              <Basis basis={data} metric="contribution" query={contributionOf(room.state)} />
            </div>
          )
        }
      </Answer>
    </Panel>
  );
}

function Shown({ data, room, open }: Props & { data: Contribution }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const define = useDefinition(data);
  const stages = useStages(undefined);
  const name = (row: Row) => {
    if (data.by === "stage") return stages.of(row.key).name;
    if (data.by === "rfm") return t(`value.rfm.class.${row.key as "important_value"}`);
    return row.key || t("metrics.retention.unnamed");
  };
  const behind = (row: Row) => () => open({ metric: "contribution", title: name(row), query: { ...contributionOf(room.state), as_of: data.as_of, cell: `group:${row.key}` } });
  const share = (of: number | null | undefined) => (typeof of === "number" ? format.share(of, 1) : NOTHING);
  return (
    <DataTable
      caption={`${t("metrics.groups.title")}. ${define("contribution.top_fifth")}`}
      dense
      rows={data.rows}
      rowKey={(row) => `group ${row.key}`}
      columns={[
        { key: "group", head: t("metrics.groups.group"), phone: "title", cell: name },
        { key: "bar", head: "", width: "20%", phone: "none", cell: (row) => <ShareBar part={Math.max(0, row.money.minor)} of={Math.max(1, data.money.minor)} color={palette(appearance).accent} /> },
        { key: "buyers", head: t("metrics.contribution.buyers"), align: "end", cell: (row) => <Open name={name(row)} value={format.count(row.buyers)} onOpen={behind(row)} /> },
        { key: "of", head: t("metrics.groups.of_buyers"), align: "end", cell: (row) => share(row.buyers_share) },
        { key: "money", head: t("metrics.contribution.paid"), align: "end", cell: (row) => format.money(row.money) },
        { key: "share", head: t("metrics.groups.of_money"), align: "end", cell: (row) => <strong>{share(row.money_share)}</strong> },
        { key: "top", head: t("metrics.groups.top"), align: "end", cell: (row) => format.count(row.top_fifth) },
      ]}
    />
  );
}
