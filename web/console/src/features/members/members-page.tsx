import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Empty, Panel } from "@perennial/ui";
import { Button } from "antd";
import { Answer, UnderWay } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { useStages } from "../lifecycle/models";
import { useBrand, useMay } from "../session/queries";
import { ColumnMenu } from "./column-menu";
import { ConditionBar } from "./condition-bar";
import { askedFor, FROM_START, LIST_STATE, nextSort, SORTS, type ListState } from "./list-state";
import { ListChip } from "./list-chip";
import { MemberSearch } from "./member-search";
import { MemberTable } from "./member-table";
import { Paging } from "./paging";
import { isUnderWay, useMembers } from "./queries";
import { ExportButton, SelectionBar, type Chosen } from "./selection-bar";
import { SortSelect } from "./sort-select";
import { StageChips } from "./stage-chips";
import { ViewsMenu } from "./views-menu";
import "./members.css";

const NOBODY: Chosen = { members: new Set(), all: false };

export function MembersPage() {
  const { t } = useTranslation();
  const may = useMay();
  const format = useFormat();
  const [state, change] = useUrlState<ListState>(LIST_STATE);
  const stages = useStages(state.model || undefined);
  const members = useMembers(askedFor(state));
  const [chosen, setChosen] = useState<Chosen>(NOBODY);
  const total = members.data?.total;
  const waiting = members.failureReason;
  usePageTitle(t("members.title"));
  const filter = (by: Partial<ListState>) => {
    change({ ...by, ...FROM_START });
    setChosen(NOBODY);
  };
  const choose = (list: string[], on: boolean) => {
    const kept = new Set(chosen.all ? members.data?.items.map((row) => row.member) : chosen.members);
    for (const member of list) if (on) kept.add(member); else kept.delete(member);
    setChosen({ members: kept, all: false });
  };

  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("members.title")}</h1>
          {total !== undefined && (
            <p aria-live="polite">
              {t("members.found", { count: total, n: format.count(total) })}
              {state.condition && members.data && ` · ${t("shell.data_up_to", { instant: format.instant(members.data.data_up_to) })}`}
            </p>
          )}
        </div>
        <div className="members-tools">
          <MemberSearch key={state.q} value={state.q} onSearch={(q) => filter({ q })} />
          <SortSelect state={state} onChange={filter} />
          {may("read") && <Link to="/members/conflicts">{t("people.conflicts.title")}</Link>}
          <ViewsMenu />
          <ColumnMenu columns={state.columns} onChange={(columns) => change({ columns })} />
          <ExportButton state={state} members={null} disabled={!total} />
        </div>
      </div>
      <StageChips
        model={state.model}
        stage={state.stage}
        stages={stages}
        onStage={(stage) => filter({ stage })}
        onModel={(model) => filter({ model, stage: "" })}
      />
      {state.list && <ListChip id={state.list} onClear={() => filter({ list: "" })} />}
      <ConditionBar key={state.condition} value={state.condition} onApply={(condition) => filter({ condition })} />
      {(chosen.all || chosen.members.size > 0) && (
        <SelectionBar
          state={state}
          chosen={chosen}
          total={total ?? 0}
          onAll={() => setChosen({ members: new Set(), all: true })}
          onClear={() => setChosen(NOBODY)}
        />
      )}
      <Panel flush>
        {members.isFetching && isUnderWay(waiting) ? (
          <UnderWay percent={waiting.problem.percent ?? 0} label={t("members.condition.under_way")} onCancel={() => filter({ condition: "" })} />
        ) : (
          <Answer of={members} rows={12}>
            {(page) =>
              page.items.length === 0 ? (
                <NoMembers state={state} reset={() => filter({ q: "", stage: "", condition: "", list: "" })} />
              ) : (
                <>
                  <MemberTable
                    rows={page.items}
                    stages={stages}
                    state={state}
                    busy={members.isPlaceholderData}
                    chosen={chosen.all ? new Set(page.items.map((row) => row.member)) : chosen.members}
                    onChoose={choose}
                    onSort={(key) => {
                      const sort = SORTS.find((one) => one === key);
                      if (sort) filter(nextSort(state, sort));
                    }}
                  />
                  <Paging page={page} state={state} onChange={change} />
                </>
              )
            }
          </Answer>
        )}
      </Panel>
    </>
  );
}

function NoMembers({ state, reset }: { state: ListState; reset: () => void }) {
  const { t } = useTranslation();
  const brand = useBrand().data;
  if (brand?.members === 0) return <Empty title={t("members.empty.title")}>{t("members.empty.body")}</Empty>;
  return (
    <Empty title={t("members.none.title")} action={<Button onClick={reset}>{t("members.none.reset")}</Button>}>
      {state.q ? t("members.none.searched", { q: state.q }) : state.condition ? t("members.none.conditioned") : t("members.none.filtered")}
    </Empty>
  );
}
