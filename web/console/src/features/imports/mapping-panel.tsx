/** How the file is read: preset, source, encoding, header, and a field for each column, with samples and fill rate. */
import { DataTable, Panel, ShareBar, type Column } from "@perennial/ui";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImportColumn, ImportDetail, ImportReading } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { choicesOf, choose, withChoices } from "./choices";
import { FieldSelect } from "./field-select";
import { Problems } from "./problems";
import { useReading } from "./queries";

type Found = NonNullable<ImportDetail["found"]>;
const PRESETS = ["generic", "taobao", "douyin", "cdnow", "complete-journey"];
const ENCODINGS = ["UTF-8", "GB18030", "Big5", "UTF-16LE", "windows-1252"];

export function MappingPanel({ id, found, reading, busy }: { id: number; found: Found; reading: ImportReading; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [source, setSource] = useState(reading.source);
  const [choices, setChoices] = useState(() => choicesOf(found.columns));
  const save = useReading(id);
  const isTable = reading.preset === "generic";
  const saved = withChoices(reading, choicesOf(found.columns));
  const wanted = withChoices({ ...reading, source }, choices);
  const isDirty = JSON.stringify(wanted) !== JSON.stringify(saved);
  /** Read in another way, columns have other names: their fields are guessed anew. */
  const reread = (by: Partial<ImportReading["mapping"]>) =>
    save.mutate({ ...reading, source, mapping: { ...reading.mapping, ...by, columns: {}, identities: {} } });
  const presets = [...new Set([...PRESETS, reading.preset])];

  return (
    <Panel
      id="import-mapping"
      title={t("imports.mapping.title")}
      note={found.remembered ? t("imports.mapping.remembered") : t("imports.mapping.rows", { n: format.count(found.rows) })}
    >
      <div className="import-reading">
        <label>
          <span>{t("imports.source")}</span>
          <Input value={source} maxLength={64} onChange={(event) => setSource(event.target.value)} data-field="source" />
        </label>
        <label>
          <span>{t("imports.mapping.preset")}</span>
          <Select
            value={reading.preset}
            options={presets.map((value) => ({ value, label: value === "generic" ? t("imports.mapping.any_table") : value }))}
            onChange={(preset) => save.mutate({ ...reading, source, preset, mapping: { ...reading.mapping, columns: {}, identities: {} } })}
            aria-label={t("imports.mapping.preset")}
          />
        </label>
        {isTable && found.encoding && (
          <label>
            <span>{t("imports.mapping.encoding")}</span>
            <Select
              value={found.encoding}
              options={[...new Set([...ENCODINGS, found.encoding])].map((value) => ({ value, label: value }))}
              onChange={(encoding) => reread({ encoding })}
              aria-label={t("imports.mapping.encoding")}
            />
          </label>
        )}
        {isTable && (
          <label>
            <span>{t("imports.mapping.header")}</span>
            <InputNumber
              min={0}
              max={30}
              defaultValue={found.header_line}
              onPressEnter={(event) => reread({ header_line: Number(event.currentTarget.value) })}
              aria-label={t("imports.mapping.header")}
            />
          </label>
        )}
        <Checkbox checked={reading.shift_to_today} onChange={(event) => save.mutate({ ...wanted, shift_to_today: event.target.checked })}>
          {t("imports.mapping.shift")}
        </Checkbox>
      </div>
      {isTable && <Columns columns={found.columns} choices={choices} onChoose={(name, choice) => setChoices(choose(choices, name, choice))} />}
      {found.missing.length > 0 && !isDirty && <p className="import-missing">{t("imports.mapping.missing")}</p>}
      {found.first_bad.length > 0 && !isDirty && <Problems rows={found.first_bad} title={t("imports.mapping.first_bad")} />}
      {save.error && <Failure error={save.error} />}
      {isDirty && (
        <div className="import-actions">
          <Button type="primary" loading={save.isPending} disabled={busy || !source.trim()} onClick={() => save.mutate(wanted)}>
            {t("imports.mapping.save")}
          </Button>
          <span className="soft">{t("imports.mapping.save_hint")}</span>
        </div>
      )}
    </Panel>
  );
}

type ColumnsProps = { columns: readonly ImportColumn[]; choices: Record<string, string>; onChoose: (column: string, choice: string | undefined) => void };

function Columns({ columns, choices, onChoose }: ColumnsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const heads: Column<ImportColumn>[] = [
    { key: "name", head: t("imports.mapping.column"), phone: "title", cell: (one) => <strong>{one.name}</strong> },
    {
      key: "field",
      head: t("imports.mapping.field"),
      cell: (one) => <FieldSelect column={one} value={choices[one.name]} onChange={(choice) => onChoose(one.name, choice)} />,
    },
    {
      key: "filled",
      head: t("imports.mapping.filled"),
      cell: (one) => (
        <span className="import-filled">
          <ShareBar part={one.filled} of={1} color="var(--accent)" />
          {format.share(one.filled, 1)}
        </span>
      ),
    },
    { key: "samples", head: t("imports.mapping.samples"), cell: (one) => <span className="import-samples">{one.samples.slice(0, 3).join(" · ")}</span> },
  ];
  return <DataTable caption={t("imports.mapping.title")} columns={heads} rows={columns} rowKey={(one) => one.name} />;
}
