/** What today would be like by a version: everyone together, comparisons that stages and lists make, members by stage, parameters. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ValuePreview, ValueVersions } from "@perennial/api-client";
import { DataTable, NOTHING, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { listOf } from "./list-of";
import { useValuePreview } from "./queries";

type Shown = { version: number; versions: ValueVersions | undefined; onClose: () => void };

export function ValuePreviewShown({ version, versions, onClose }: Shown) {
  const { t } = useTranslation();
  const preview = useValuePreview(version);
  return (
    <Panel
      flush
      id="value-preview"
      title={t("value.preview.title", { n: version })}
      note={preview.data && t("value.preview.note", { day: preview.data.as_of })}
      actions={<Button onClick={onClose}>{t("value.preview.close")}</Button>}
    >
      <Parameters version={version} versions={versions} />
      <Answer of={preview} rows={8}>
        {(data) => (
          <>
            <Together data={data} />
            <Thresholds data={data} />
            {data.stages.length > 0 && <Shifts data={data} />}
          </>
        )}
      </Answer>
    </Panel>
  );
}

/** Old beside new; where the models differ, a parameter of one is none of the other. */
function Parameters({ version, versions }: { version: number; versions: ValueVersions | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const find = (wanted: number | null | undefined) => versions?.versions.find((one) => one.row.version === wanted);
  const [before, after] = [find(versions?.active), find(version)];
  if (!after) return null;
  const all = (of: typeof after | undefined) => (of ? [...of.parameters, ...of.spend] : []);
  const names = [...new Set([...all(after), ...all(before)].map((one) => one.name))];
  const value = (of: typeof after | undefined, name: string) => format.significant(all(of).find((one) => one.name === name)?.value);
  return (
    <DataTable
      caption={t("value.preview.parameters")}
      dense
      keepRows
      rows={names}
      rowKey={(name) => name}
      columns={[
        { key: "name", head: t("value.models.param"), cell: (name) => <code>{name}</code> },
        { key: "before", head: t("value.preview.before"), align: "end", cell: (name) => value(before, name) },
        { key: "after", head: t("value.preview.after"), align: "end", cell: (name) => <strong>{value(after, name)}</strong> },
      ]}
    />
  );
}

function Together({ data }: { data: ValuePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = [
    { key: "alive", of: (side: ValuePreview["after"]) => format.count(Math.round(side.alive)) },
    { key: "purchases", of: (side: ValuePreview["after"]) => format.count(Math.round(side.purchases)) },
    { key: "spend", of: (side: ValuePreview["after"]) => format.money(side.spend) },
  ] as const;
  return (
    <DataTable
      caption={t("value.preview.together")}
      dense
      keepRows
      rows={[...rows]}
      rowKey={(row) => row.key}
      columns={[
        { key: "what", head: t("value.preview.together"), cell: (row) => t(`value.preview.${row.key}`) },
        { key: "before", head: t("value.preview.before"), align: "end", cell: (row) => (data.before ? row.of(data.before) : NOTHING) },
        { key: "after", head: t("value.preview.after"), align: "end", cell: (row) => <strong>{row.of(data.after)}</strong> },
      ]}
    />
  );
}

function Thresholds({ data }: { data: ValuePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <DataTable
      caption={t("value.preview.thresholds")}
      rows={data.thresholds}
      rowKey={(one) => one.condition}
      columns={[
        { key: "condition", head: t("value.preview.thresholds"), phone: "title", cell: (one) => <Link to={listOf(one.condition)}><code>{one.condition}</code></Link> },
        { key: "used", head: t("value.preview.used_by"), cell: (one) => one.used_by.join(", ") || t("value.preview.usual") },
        { key: "before", head: t("value.preview.before"), align: "end", cell: (one) => format.count(one.before) },
        { key: "after", head: t("value.preview.after"), align: "end", cell: (one) => <strong>{format.count(one.after)}</strong> },
        { key: "come", head: t("value.preview.come"), align: "end", cell: (one) => format.count(one.come) },
        { key: "go", head: t("value.preview.go"), align: "end", cell: (one) => format.count(one.go) },
      ]}
    />
  );
}

function Shifts({ data }: { data: ValuePreview }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <p className="value-rule">{t("value.preview.moving", { n: format.count(data.moving) })}</p>
      <DataTable
        caption={t("value.preview.stages")}
        rows={data.stages}
        rowKey={(one) => `${one.model} ${one.stage}`}
        columns={[
          { key: "stage", head: t("value.preview.stages"), phone: "title", cell: (one) => <StageName model={one.model} stage={one.stage} /> },
          { key: "before", head: t("value.preview.before"), align: "end", cell: (one) => format.count(one.before) },
          { key: "after", head: t("value.preview.after"), align: "end", cell: (one) => <strong>{format.count(one.after)}</strong> },
        ]}
      />
    </>
  );
}

function StageName({ model, stage }: { model: string; stage: string }) {
  return <>{useStages(model).of(stage).name}</>;
}
