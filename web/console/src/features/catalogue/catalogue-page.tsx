/** Products, stores, associates and scenes: looked up, changed one by one, and brought in by file. */
import { Button, Input, Segmented, Tabs } from "antd";
import { FileUp, Plus, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { useUrlState } from "../../url/url-state";
import { EntryDrawer } from "./entry-drawer";
import { EntryTable } from "./entry-table";
import { ImportDrawer } from "./import-drawer";
import { KINDS, type Kind } from "./kinds";
import { LIST_STATE, STATES, type ListState } from "./list-state";
import { Pages } from "./pages";
import { useEntries } from "./queries";
import "./catalogue.css";

/** Stands for an entry that is not there yet. */
const NEW = "+";

export function CataloguePage() {
  const { t } = useTranslation();
  const format = useFormat();
  const [state, change] = useUrlState<ListState>(LIST_STATE);
  const [importing, setImporting] = useState(false);
  const entries = useEntries(state);
  usePageTitle(t("catalogue.title"));
  const total = entries.data?.total;

  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("catalogue.title")}</h1>
          {total !== undefined && <p aria-live="polite">{t(`catalogue.found.${state.kind}`, { n: format.count(total) })}</p>}
        </div>
        <div className="catalogue-tools">
          <Button icon={<FileUp size={15} aria-hidden="true" />} onClick={() => setImporting(true)}>
            {t("catalogue.import.open")}
          </Button>
          <Button type="primary" icon={<Plus size={15} aria-hidden="true" />} onClick={() => change({ entry: NEW })}>
            {t(`catalogue.new.${state.kind}`)}
          </Button>
        </div>
      </div>
      <Tabs
        activeKey={state.kind}
        onChange={(kind) => change({ kind: kind as Kind, page: 1, q: "", entry: "" })}
        items={KINDS.map((kind) => ({ key: kind, label: t(`catalogue.kind.${kind}`) }))}
      />
      <div className="catalogue-filter">
        <Find key={`${state.kind} ${state.q}`} value={state.q} onFind={(q) => change({ q, page: 1 })} />
        <Segmented
          value={state.state}
          aria-label={t("catalogue.state.label")}
          onChange={(wanted) => change({ state: wanted, page: 1 })}
          options={STATES.map((one) => ({ value: one, label: t(`catalogue.state.${one}`) }))}
        />
      </div>
      <Panel flush>
        <Answer of={entries} rows={10}>
          {(page) =>
            page.entries.length === 0 ? (
              <Nothing state={state} onImport={() => setImporting(true)} />
            ) : (
              <>
                <EntryTable kind={state.kind} rows={page.entries} busy={entries.isPlaceholderData} onOpen={(entry) => change({ entry })} />
                <Pages page={state.page} shown={page.entries.length} total={page.total} onTurn={(to) => change({ page: to })} />
              </>
            )
          }
        </Answer>
      </Panel>
      {state.entry !== "" && (
        <EntryDrawer key={`${state.kind} ${state.entry}`} kind={state.kind} id={state.entry === NEW ? "" : state.entry} onClose={() => change({ entry: "" })} />
      )}
      {importing && <ImportDrawer key={state.kind} kind={state.kind} onClose={() => setImporting(false)} />}
    </>
  );
}

function Find({ value, onFind }: { value: string; onFind: (q: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(value);
  return (
    <form
      role="search"
      className="catalogue-find"
      onSubmit={(event) => {
        event.preventDefault();
        onFind(typed.trim());
      }}
    >
      <Input
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          if (event.target.value === "" && value !== "") onFind("");
        }}
        allowClear
        prefix={<Search size={15} aria-hidden="true" />}
        placeholder={t("catalogue.find")}
        aria-label={t("catalogue.find")}
        enterKeyHint="search"
      />
    </form>
  );
}

function Nothing({ state, onImport }: { state: ListState; onImport: () => void }) {
  const { t } = useTranslation();
  if (state.q) return <Empty title={t("catalogue.none.title")}>{t("catalogue.none.searched", { q: state.q })}</Empty>;
  if (state.state === "retired") return <Empty title={t("catalogue.none.title")}>{t("catalogue.none.retired")}</Empty>;
  return (
    <Empty title={t(`catalogue.empty.${state.kind}`)} action={<Button onClick={onImport}>{t("catalogue.import.open")}</Button>}>
      {t(`catalogue.teach.${state.kind}`)}
    </Empty>
  );
}
