import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Policy } from "@perennial/api-client";
import { Badge, DataTable, Panel } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { STATES } from "./policy-page";

/** Every version: who wrote it, who put it in force or withdrew it, when and why. */
export function History({ policy, onOpen }: { policy: Policy; onOpen: (version: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  type Row = Policy["versions"][number];
  const state = (row: Row) => STATES.find((one) => one === row.state) ?? "draft";
  return (
    <Panel flush>
      <DataTable<Row>
        caption={t("policies.versions")}
        rows={policy.versions}
        rowKey={(row) => String(row.version)}
        columns={[
          {
            key: "version",
            head: t("policies.history.version"),
            phone: "title",
            cell: (row) => (
              <Button type="link" className="policy-open" onClick={() => onOpen(row.version)}>
                {t("policies.version", { n: row.version })}
              </Button>
            ),
          },
          { key: "state", head: t("policies.state"), cell: (row) => <Badge tone={row.state === "active" ? "accent" : "plain"}>{t(`policies.states.${state(row)}`)}</Badge> },
          { key: "author", head: t("policies.history.author"), cell: (row) => `${row.author} · ${format.instant(row.created_at)}` },
          { key: "reason", head: t("policies.history.reason"), cell: (row) => row.reason },
          {
            key: "notes",
            head: t("policies.history.notes"),
            cell: (row) => (
              <span className="policy-notes">
                {row.notes.map((note) => (
                  <span key={note.at}>
                    {t(note.what === "withdrawn" ? "policies.history.withdrawn" : "policies.history.activated", { who: note.who, at: format.instant(note.at) })}
                    {note.reason && ` ${note.reason}`}
                  </span>
                ))}
              </span>
            ),
          },
        ]}
      />
    </Panel>
  );
}
