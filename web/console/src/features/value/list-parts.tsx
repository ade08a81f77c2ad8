/** What every list and table of value has: who a row is about, more rows, and all of it as a file. */
import { Button } from "antd";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { valueExportUrl } from "@perennial/api-client";
import { shortMember } from "@perennial/ui";
import { useMay } from "../session/queries";

/** Lists name members, whom not everybody may take along; tables do not. */
export function Files({ name, query, list = false, small = false }: { name: Parameters<typeof valueExportUrl>[0]; query: Record<string, string>; list?: boolean; small?: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  if (list && !may("export")) return null;
  return (["xlsx", "csv"] as const).map((kind) => (
    <Button key={kind} size={small ? "small" : "middle"} icon={<Download size={14} aria-hidden="true" />} href={valueExportUrl(name, { ...query, format: kind })} download>
      {t(`value.export.${kind}`)}
    </Button>
  ));
}

type Pages = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };

export function More({ pages }: { pages: Pages }) {
  const { t } = useTranslation();
  if (!pages.hasNextPage) return null;
  return (
    <Button block loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
      {t("value.warning.more")}
    </Button>
  );
}

type Somebody = { member: string; name?: string | null; number?: string | null };

/** The first column of a list of members. */
export function useMemberColumn() {
  const { t } = useTranslation();
  return {
    key: "member",
    head: t("value.warning.member"),
    phone: "title" as const,
    cell: (row: Somebody) => <Link to={`/members/${encodeURIComponent(row.member)}`}>{row.name ?? row.number ?? shortMember(row.member)}</Link>,
  };
}
