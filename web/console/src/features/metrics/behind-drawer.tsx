/** The members behind a number: those of the answer's day, with what they are today. */
import { Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MemberRow } from "@perennial/api-client";
import { DataTable, Empty, shortMember, StageMark } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { useMembersBehind, type Behind } from "./queries";
import { SaveBehind } from "./save-behind";

export function BehindDrawer({ behind, onClose }: { behind: Behind; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const pages = useMembersBehind(behind);
  const total = pages.data?.pages[0]?.total;
  return (
    <Drawer open onClose={onClose} size="large" title={behind.title} closable={{ "aria-label": t("metrics.behind.close") }} className="behind-drawer">
      <Answer of={pages} rows={8}>
        {({ pages: read }) => {
          const rows = read.flatMap((page) => page.items);
          if (rows.length === 0) return <Empty title={t("metrics.behind.none")} />;
          return (
            <>
              <SaveBehind behind={behind} condition={read[0]?.condition} />
              <p className="soft">{t("metrics.behind.count", { count: total ?? 0, n: format.count(total ?? 0) })}</p>
              <BehindTable rows={rows} />
              {pages.hasNextPage && (
                <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                  {t("metrics.behind.more")}
                </Button>
              )}
            </>
          );
        }}
      </Answer>
    </Drawer>
  );
}

function BehindTable({ rows }: { rows: readonly MemberRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stages = useStages(undefined);
  return (
    <DataTable
      caption={t("metrics.behind.caption")}
      rows={rows}
      rowKey={(row) => row.member}
      columns={[
        {
          key: "member",
          head: t("metrics.behind.member"),
          phone: "title",
          cell: (row) => <Link to={`/members/${encodeURIComponent(row.member)}`}>{row.name ?? row.number ?? shortMember(row.member)}</Link>,
        },
        { key: "stage", head: t("metrics.behind.stage"), cell: (row) => <StageMark color={stages.of(row.stage).color} name={stages.of(row.stage).name} /> },
        { key: "purchases", head: t("metrics.behind.purchases"), align: "end", cell: (row) => format.count(row.f_total) },
        { key: "money", head: t("metrics.behind.money"), align: "end", cell: (row) => format.money(row.money) },
        { key: "last", head: t("metrics.behind.last"), align: "end", cell: (row) => format.day(row.last_purchase_on) },
      ]}
    />
  );
}
