import { useTranslation } from "react-i18next";
import { Empty, Panel } from "@perennial/ui";
import { Button } from "antd";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { useStages } from "../lifecycle/models";
import { useBrand } from "../session/queries";
import { ExportButton } from "./export-button";
import { askedFor, FROM_START, LIST_STATE, nextSort, SORTS, type ListState } from "./list-state";
import { MemberSearch } from "./member-search";
import { MemberTable } from "./member-table";
import { Paging } from "./paging";
import { useMembers } from "./queries";
import { SortSelect } from "./sort-select";
import { StageChips } from "./stage-chips";
import "./members.css";

export function MembersPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const [state, change] = useUrlState<ListState>(LIST_STATE);
  const stages = useStages(state.model || undefined);
  const members = useMembers(askedFor(state));
  const total = members.data?.total;
  usePageTitle(t("members.title"));
  const filter = (by: Partial<ListState>) => change({ ...by, ...FROM_START });

  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("members.title")}</h1>
          {total !== undefined && (
            <p aria-live="polite">{t("members.found", { count: total, n: format.count(total) })}</p>
          )}
        </div>
        <div className="members-tools">
          <MemberSearch key={state.q} value={state.q} onSearch={(q) => filter({ q })} />
          <SortSelect state={state} onChange={filter} />
          <ExportButton query={askedFor(state)} disabled={!total} />
        </div>
      </div>
      <StageChips
        model={state.model}
        stage={state.stage}
        stages={stages}
        onStage={(stage) => filter({ stage })}
        onModel={(model) => filter({ model, stage: "" })}
      />
      <Panel flush>
        <Answer of={members} rows={12}>
          {(page) =>
            page.items.length === 0 ? (
              <NoMembers state={state} reset={() => filter({ q: "", stage: "" })} />
            ) : (
              <>
                <MemberTable
                  rows={page.items}
                  stages={stages}
                  state={state}
                  busy={members.isPlaceholderData}
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
      {state.q ? t("members.none.searched", { q: state.q }) : t("members.none.filtered")}
    </Empty>
  );
}
