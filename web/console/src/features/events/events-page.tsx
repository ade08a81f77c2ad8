/** Every event name that arrives: so that a team sees what its apps really send. */
import { Button, Drawer, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EventSeen } from "@perennial/api-client";
import { DataTable, Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { text, useUrlState } from "../../url/url-state";
import { useSources } from "../sources/queries";
import { pretty } from "./pretty";
import { useEvents, useSample } from "./queries";
import "../sources/sources.css";

const STATE = { source: text() };

export function EventsPage() {
  const { t } = useTranslation();
  const [state, change] = useUrlState<{ source: string }>(STATE);
  const events = useEvents(state.source);
  const sources = useSources();
  const [opened, setOpened] = useState<EventSeen>();
  usePageTitle(t("events.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("events.title")}</h1>
          <p>{t("events.note")}</p>
        </div>
        <Select
          aria-label={t("events.source")}
          popupMatchSelectWidth={false}
          value={state.source}
          onChange={(source) => change({ source })}
          options={[{ value: "", label: t("events.all_sources") }, ...(sources.data ?? []).map((one) => ({ value: one.name, label: one.label }))]}
        />
      </div>
      <Panel flush>
        <Answer of={events} rows={8}>
          {(rows) =>
            rows.length === 0 ? <Empty title={t("events.empty.title")}>{t("events.empty.body")}</Empty> : <EventTable rows={rows} open={setOpened} />
          }
        </Answer>
      </Panel>
      <Drawer open={opened !== undefined} title={opened?.name} onClose={() => setOpened(undefined)} size="large">
        {opened && <Sample event={opened} />}
      </Drawer>
    </>
  );
}

function EventTable({ rows, open }: { rows: readonly EventSeen[]; open: (event: EventSeen) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <DataTable
      caption={t("events.title")}
      rows={rows}
      rowKey={(row) => `${row.source}/${row.name}`}
      columns={[
        {
          key: "name",
          head: t("events.column.name"),
          phone: "title",
          cell: (row) => (
            <Button type="link" size="small" onClick={() => open(row)}>
              {row.name}
            </Button>
          ),
        },
        { key: "source", head: t("events.source"), cell: (row) => row.source },
        { key: "seen", head: t("events.column.seen"), align: "end", cell: (row) => format.count(row.seen) },
        { key: "first", head: t("events.column.first"), align: "end", cell: (row) => format.instant(row.first_at) },
        { key: "last", head: t("events.column.last"), align: "end", cell: (row) => format.instant(row.last_at) },
      ]}
    />
  );
}

function Sample({ event }: { event: EventSeen }) {
  const { t } = useTranslation();
  const sample = useSample(event.source, event.name);
  return (
    <Answer of={sample}>
      {(data) =>
        data.sample === null ? (
          <Empty title={t("events.sample.gone")} />
        ) : (
          <>
            <p className="soft">{t("events.sample.note")}</p>
            <pre className="source-code" tabIndex={0} data-testid="sample">
              <code>{pretty(data.sample)}</code>
            </pre>
          </>
        )
      }
    </Answer>
  );
}
