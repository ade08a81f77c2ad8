/** Questions in SQL over documented views: read-only, bounded, each in the audit trail. */
import { Tabs } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer, Failure, Loading } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { useMay } from "../session/queries";
import { inserted } from "./cell";
import { Editor } from "./editor";
import { History } from "./history";
import { InClear } from "./in-clear";
import { useAsk, useSave, useViews } from "./queries";
import { Result } from "./result";
import { SchemaBrowser } from "./schema-browser";
import "./sql.css";

export function SqlPage() {
  const { t } = useTranslation();
  const may = useMay();
  const views = useViews();
  const [ask, save] = [useAsk(), useSave()];
  const [statement, setStatement] = useState("");
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
          <Panel title={t("sql.result")}>
            {error ? <Failure error={error} /> : ask.isPending ? <Loading rows={6} /> : ask.data ? <Result answer={ask.data} /> : <Empty title={t("sql.empty")}>{t("sql.empty_hint")}</Empty>}
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
