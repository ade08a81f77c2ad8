/** Questions in SQL over documented views: read-only, bounded, each in the audit trail. */
import { Tabs } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer, Failure, Loading } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { choice, text, useIsInside, useUrlState } from "../../url/url-state";
import { PinCard } from "../dashboards/pin-button";
import { useMay } from "../session/queries";
import { AnswerView, Ways } from "./answer-view";
import { inserted } from "./cell";
import { WAYS, type Way } from "./drawn";
import { Editor } from "./editor";
import { History } from "./history";
import { InClear } from "./in-clear";
import { useAsk, useSave, useViews } from "./queries";
import { SchemaBrowser } from "./schema-browser";
import { SqlCard } from "./sql-card";
import "./sql.css";

/** A statement stands in the address only where a card was opened: what is typed may name a person. */
const ADDRESS = { statement: text(), show: choice(WAYS, "table") };

export function SqlPage() {
  const [{ statement, show }, change] = useUrlState<{ statement: string; show: Way }>(ADDRESS);
  return useIsInside() ? <SqlCard statement={statement} way={show} /> : <SqlRoom given={statement} way={show} onWay={(show) => change({ show }, { replace: true })} />;
}

function SqlRoom({ given, way, onWay }: { given: string; way: Way; onWay: (way: Way) => void }) {
  const { t } = useTranslation();
  const may = useMay();
  const views = useViews();
  const [ask, save] = [useAsk(), useSave()];
  const [statement, setStatement] = useState(given);
  const [reason, setReason] = useState<string>();
  const [typed, setTyped] = useState<readonly string[]>([]);
  const box = useRef<HTMLTextAreaElement>(null);
  const running = useRef<AbortController>(null);
  const [stopped, setStopped] = useState(false);
  usePageTitle(t("sql.title"));
  // Whoever leaves the room waits for no answer.
  useEffect(() => () => running.current?.abort(), []);

  const asked = { statement, reveal: reason?.trim() || undefined };
  const run = () => {
    running.current = new AbortController();
    setStopped(false);
    save.reset();
    setTyped((held) => [statement, ...held.filter((one) => one !== statement)].slice(0, 30));
    ask.mutate({ ...asked, signal: running.current.signal });
  };
  const stop = () => {
    running.current?.abort();
    setStopped(true);
  };
  const choose = (chosen: string) => {
    setStatement(chosen);
    box.current?.focus();
  };
  const insert = (name: string) => {
    const at = box.current;
    const { text, caret } = inserted(statement, name, at?.selectionStart ?? statement.length, at?.selectionEnd ?? statement.length);
    setStatement(text);
    requestAnimationFrame(() => {
      at?.focus();
      at?.setSelectionRange(caret, caret);
    });
  };
  useMarkedPlace(ask.error ?? save.error, box);

  const error = save.error ?? (stopped ? null : ask.error);
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("sql.title")}</h1>
          <p>{t("sql.note")}</p>
        </div>
      </div>
      <div className="sql-room">
        <div className="sql-main">
          <Panel>
            <Editor
              box={box}
              statement={statement}
              onChange={setStatement}
              onRun={run}
              onStop={stop}
              onSave={may("export") ? () => save.mutate(asked) : undefined}
              running={ask.isPending}
              saving={save.isPending}
            />
            {may("reveal") && <InClear reason={reason} onChange={setReason} />}
          </Panel>
          <Panel
            title={t("sql.result")}
            actions={
              ask.data && (
                <>
                  <Ways answer={ask.data} way={way} onChange={onWay} />
                  <PinCard card={{ room: "sql", query: new URLSearchParams({ statement: ask.variables.statement, ...(way !== "table" && { show: way }) }).toString(), title: "", wide: true }} />
                </>
              )
            }
          >
            {error ? <Failure error={error} /> : ask.isPending ? <Loading rows={6} /> : ask.data ? <AnswerView answer={ask.data} way={way} /> : <Empty title={t("sql.empty")}>{t("sql.empty_hint")}</Empty>}
          </Panel>
        </div>
        <Panel>
          <Tabs
            items={[
              {
                key: "views",
                label: t("sql.views"),
                children: <Answer of={views}>{(told) => <SchemaBrowser views={told.items} onName={insert} onExample={choose} />}</Answer>,
              },
              { key: "history", label: t("sql.history"), children: <History typed={typed} onChoose={choose} /> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

/** Puts the caret where the server says something is wrong. */
function useMarkedPlace(error: unknown, box: React.RefObject<HTMLTextAreaElement | null>) {
  const offset = error instanceof ApiError ? error.problem.errors?.[0]?.offset : undefined;
  useEffect(() => {
    if (typeof offset !== "number" || !box.current) return;
    box.current.focus();
    box.current.setSelectionRange(offset, offset + 1);
  }, [error, offset, box]);
}
