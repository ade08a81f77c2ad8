/** What was not taken: why, mended and replayed one by one, or all that match. */
import { Button, Drawer, Progress } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeadLetter, DeadLetterPage } from "@perennial/api-client";
import { DataTable, Empty, Panel } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer, Failure } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { LetterFilters } from "./filters";
import { Letter } from "./letter";
import { LIST_STATE, type LetterState } from "./list-state";
import { useDeadLetters, useReplayAll } from "./queries";
import "../sources/sources.css";
import "./dead-letters.css";

export function DeadLettersPage() {
  const { t } = useTranslation();
  const [state, change] = useUrlState<LetterState>(LIST_STATE);
  const { source, code, cursor } = state;
  const letters = useDeadLetters({ source: source || undefined, code: code || undefined, state: state.state, cursor: cursor || undefined });
  const [opened, setOpened] = useState<string>();
  usePageTitle(t("letters.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("letters.title")}</h1>
          <p>{t("letters.note")}</p>
        </div>
        {state.state === "open" && letters.data && <ReplayAll state={state} page={letters.data} />}
      </div>
      {letters.data && <LetterFilters groups={letters.data.groups} state={state} onChange={(by) => change({ ...by, cursor: "" })} />}
      <Panel flush>
        <Answer of={letters} rows={8}>
          {(page) => (page.items.length === 0 ? <NoLetters /> : <LetterTable page={page} open={setOpened} next={(cursor) => change({ cursor })} />)}
        </Answer>
      </Panel>
      <Drawer open={opened !== undefined} title={t("letters.one")} onClose={() => setOpened(undefined)} size="large">
        {opened && <Letter key={opened} id={opened} close={() => setOpened(undefined)} />}
      </Drawer>
    </>
  );
}

function NoLetters() {
  const { t } = useTranslation();
  return <Empty title={t("letters.empty.title")}>{t("letters.empty.body")}</Empty>;
}

/** The letters the filter matches, in all pages. */
function matching(page: DeadLetterPage, state: LetterState): number {
  const fits = page.groups.filter((group) => group.state === "open" && (!state.source || group.source === state.source) && (!state.code || group.code === state.code));
  return fits.reduce((sum, group) => sum + group.letters, 0);
}

function ReplayAll({ state, page }: { state: LetterState; page: DeadLetterPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const replay = useReplayAll();
  const count = matching(page, state);
  const { replaying } = page;
  if (replaying && !replaying.ended) {
    const words = t("letters.replaying", { done: format.count(replaying.done), of: format.count(replaying.of) });
    return (
      <div className="replay-progress" role="status">
        {words}
        <Progress percent={Math.round((replaying.done / Math.max(replaying.of, 1)) * 100)} size="small" showInfo={false} aria-label={words} />
      </div>
    );
  }
  return (
    <div className="replay-progress">
      {replaying && <span className="soft">{t("letters.replayed_of", { replayed: format.count(replaying.replayed), of: format.count(replaying.of) })}</span>}
      <Button disabled={count === 0} loading={replay.isPending} onClick={() => replay.mutate({ source: state.source || undefined, code: state.code || undefined })}>
        {t("letters.replay_all", { count, n: format.count(count) })}
      </Button>
      {replay.error && <Failure error={replay.error} />}
    </div>
  );
}

function LetterTable({ page, open, next }: { page: DeadLetterPage; open: (id: string) => void; next: (cursor: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cursor } = page;
  return (
    <>
      <DataTable
        caption={t("letters.title")}
        rows={page.items}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "why",
            head: t("letters.column.why"),
            phone: "title",
            cell: (row) => (
              <button type="button" className="letter-why" onClick={() => open(row.id)}>
                <Why letter={row} />
              </button>
            ),
          },
          { key: "source", head: t("letters.column.source"), cell: (row) => row.source },
          { key: "route", head: t("letters.column.route"), cell: (row) => <code>{row.route}</code> },
          { key: "times", head: t("letters.column.times"), align: "end", cell: (row) => format.count(row.times) },
          { key: "at", head: t("letters.column.at"), align: "end", cell: (row) => format.instant(row.at) },
        ]}
      />
      {cursor !== null && (
        <nav className="paging" aria-label={t("letters.paging")}>
          <Button onClick={() => next(cursor)}>{t("letters.next")}</Button>
        </nav>
      )}
    </>
  );
}

/** The first problem: its place and its words. */
function Why({ letter }: { letter: DeadLetter }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const error = letter.errors[0];
  if (!error) return <>{t("letters.gone", { code: letter.code })}</>;
  return (
    <>
      {error.pointer && <code>{error.pointer}</code>} {language === "zh-CN" ? error.detail_zh : error.detail}
    </>
  );
}
