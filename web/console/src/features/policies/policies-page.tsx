/** The lifecycle models, and which version of each decides. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Policy } from "@perennial/api-client";
import { Badge, DataTable, Empty, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle, useWords } from "../../app/words";
import { usePolicies } from "./queries";
import "./policies.css";

export function PoliciesPage() {
  const { t } = useTranslation();
  const policies = usePolicies();
  usePageTitle(t("policies.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("policies.title")}</h1>
          <p>{t("policies.lead")}</p>
        </div>
      </div>
      <Panel flush>
        <Answer of={policies} rows={4}>
          {(list) => (list.length === 0 ? <Empty title={t("policies.none")} /> : <PolicyTable list={list} />)}
        </Answer>
      </Panel>
    </>
  );
}

function PolicyTable({ list }: { list: Policy[] }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const draft = (policy: Policy) => policy.versions.find((version) => version.state === "draft" && version.version > (policy.active ?? 0));
  return (
    <DataTable
      caption={t("policies.title")}
      rows={list}
      rowKey={(policy) => policy.id}
      columns={[
        {
          key: "name",
          head: t("policies.model"),
          phone: "title",
          cell: (policy) => (
            <span className="policy-name">
              <Link to={`/policies/${encodeURIComponent(policy.id)}`}>{words(policy.name)}</Link>
              <span className="soft">{policy.id}</span>
            </span>
          ),
        },
        {
          key: "state",
          head: t("policies.state"),
          cell: (policy) =>
            policy.active === null ? <Badge>{t("policies.not_in_force")}</Badge> : <Badge tone="accent">{t("policies.in_force", { n: policy.active })}</Badge>,
        },
        { key: "draft", head: t("policies.states.draft"), cell: (policy) => (draft(policy) ? t("policies.version", { n: draft(policy)?.version }) : NOTHING) },
        { key: "versions", head: t("policies.versions"), align: "end", cell: (policy) => format.count(policy.versions.length) },
        { key: "changed", head: t("policies.changed"), align: "end", cell: (policy) => (policy.versions[0] ? format.instant(policy.versions[0].created_at) : NOTHING) },
      ]}
    />
  );
}
