/** One model: a version to read, a draft to write, and what the draft would do. */
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import type { Policy } from "@perennial/api-client";
import { Badge, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { usePageTitle, useWords } from "../../app/words";
import { choice, text, useUrlState } from "../../url/url-state";
import { DiffView } from "./diff-view";
import { Editor } from "./editor";
import { History } from "./history";
import { usePolicies, usePolicyVersion } from "./queries";
import "./policies.css";

const VIEWS = ["edit", "diff", "history"] as const;
type State = { version: string; view: (typeof VIEWS)[number] };
const STATE = { version: text(), view: choice(VIEWS, "edit") };
export const STATES = ["draft", "active", "retired", "withdrawn"] as const;

export function PolicyPage() {
  const { model = "" } = useParams();
  const { t } = useTranslation();
  const policies = usePolicies();
  return (
    <Answer of={policies} rows={10}>
      {(list) => {
        const policy = list.find((one) => one.id === model);
        return policy ? <OnePolicy key={policy.id} policy={policy} /> : <p role="alert">{t("policies.unknown", { id: model })}</p>;
      }}
    </Answer>
  );
}

function OnePolicy({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const words = useWords();
  const [state, change] = useUrlState<State>(STATE);
  usePageTitle(words(policy.name));
  const asked = policy.versions.find((one) => String(one.version) === state.version);
  const row = asked ?? policy.versions.find((one) => one.version === policy.active) ?? policy.versions[0];
  const version = usePolicyVersion(policy.id, row?.version);
  if (!row) return null;
  const stateName = (name: string) => t(`policies.states.${STATES.find((one) => one === name) ?? "draft"}`);
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>
            <Link className="plain" to="/policies">
              {t("policies.title")}
            </Link>
            {" / "}
            {words(policy.name)}
          </h1>
          <Badge tone={row.state === "active" ? "accent" : "plain"}>{stateName(row.state)}</Badge>
        </div>
        <div className="policy-tools">
          <Segmented
            aria-label={t("policies.view")}
            value={state.view}
            onChange={(view) => change({ view })}
            options={VIEWS.map((value) => ({ value, label: t(`policies.views.${value}`) }))}
          />
          <Select
            aria-label={t("policies.choose_version")}
            popupMatchSelectWidth={false}
            value={row.version}
            onChange={(next) => change({ version: String(next) })}
            options={policy.versions.map((one) => ({ value: one.version, label: `${t("policies.version", { n: one.version })} · ${stateName(one.state)}` }))}
          />
        </div>
      </div>
      {state.view === "history" ? (
        <History policy={policy} onOpen={(next) => change({ version: String(next), view: "edit" })} />
      ) : state.view === "diff" ? (
        <Panel id="policy-diff" title={t("policies.diff.title", { from: policy.active ?? 1, to: row.version })}>
          <DiffView policy={policy} version={row.version} />
        </Panel>
      ) : (
        <Answer of={version} rows={12}>
          {(found) => <Editor key={`${found.id} ${row.version}`} policy={policy} row={row} version={found} onSaved={(next) => change({ version: String(next) })} />}
        </Answer>
      )}
    </>
  );
}
