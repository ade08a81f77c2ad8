/** How far people of each source or channel came, and after how many days they first bought. */
import { useTranslation } from "react-i18next";
import type { Acquisition } from "@perennial/api-client";
import { DataTable, NOTHING } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { Open, useDefinition } from "./parts";
import { acquisitionOf, type Behind } from "./queries";
import type { Room } from "./room-state";
import { useSorting, type SortValue } from "./sorting";

type Row = Acquisition["rows"][number];
type Props = { data: Acquisition; room: Room; open: (behind: Behind) => void };

const reached = (row: Row, at: number) => row.steps[at]?.reached ?? 0;
const rate = (row: Row) => row.steps[3]?.share_of_known;
const spread = (row: Row) => row.steps[3]?.days_since_known;
const VALUES: Record<string, (row: Row) => SortValue> = {
  group: (row) => row.group,
  aware: (row) => reached(row, 0),
  follower: (row) => reached(row, 1),
  registered: (row) => reached(row, 2),
  bought: (row) => reached(row, 3),
  rate,
  days: (row) => spread(row)?.p50,
};

export function AcquisitionGroups({ data, room, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const { rows, direction, onSort } = useSorting(data.rows, VALUES, "aware");
  const name = (row: Row) => row.group || t("metrics.retention.unnamed");
  const behind = (row: Row, cell: string, title: string) => () => open({ metric: "acquisition", title, query: { ...acquisitionOf(room.state), as_of: data.as_of, cell: `${cell}:${row.group}` } });
  const steps = (["aware", "follower", "registered", "bought"] as const).map((step, at) => {
    const head = t(`metrics.acquisition.step.${step}`);
    const cell = (row: Row) => <Open name={`${name(row)} · ${head}`} value={format.count(reached(row, at))} onOpen={behind(row, `reached:${step}`, `${name(row)} · ${head}`)} />;
    return { key: step, head, align: "end" as const, sort: direction(step), cell };
  });
  const caption = t(`metrics.acquisition.by.${data.by as "source"}`);
  return (
    <>
      <DataTable
        caption={caption}
        dense
        rows={rows}
        rowKey={(row) => `group ${row.group}`}
        onSort={onSort}
        columns={[
          { key: "group", head: caption, phone: "title", sort: direction("group"), cell: name },
          ...steps,
          { key: "rate", head: t("metrics.acquisition.rate"), align: "end", sort: direction("rate"), cell: (row) => <strong>{typeof rate(row) === "number" ? format.share(rate(row)!, 1) : NOTHING}</strong> },
          { key: "days", head: t("metrics.acquisition.days_known"), align: "end", phone: "none", sort: direction("days"), cell: (row) => (typeof spread(row)?.p50 === "number" ? `${spread(row)!.p50} / ${spread(row)!.p80}` : NOTHING) },
          { key: "excluded", head: t("metrics.funnel.excluded"), align: "end", phone: "none", cell: (row) => format.count(row.excluded) },
        ]}
      />
      <p className="soft">{define("acquisition.group")}</p>
    </>
  );
}
