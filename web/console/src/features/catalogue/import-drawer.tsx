/** A file of entries: tried first, then taken. */
import { Button, Drawer } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CatalogueImported } from "@perennial/api-client";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { FIELDS, type Kind } from "./kinds";
import { useImport } from "./queries";

export function ImportDrawer({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File>();
  const tried = useImport(kind);
  const taken = useImport(kind);
  const input = useId();
  const choose = (chosen: File | undefined) => {
    setFile(chosen);
    taken.reset();
    if (chosen) tried.mutate({ file: chosen, dry: true });
    else tried.reset();
  };
  const found = taken.data ?? tried.data;
  const columns = [t(`catalogue.id.${kind}`), ...FIELDS[kind].map((field) => t(`catalogue.field.${field}`)), t("catalogue.state.label")];
  return (
    <Drawer open onClose={onClose} size={480} title={t(`catalogue.import.title.${kind}`)} className="entry-drawer">
      <p>{t("catalogue.import.columns", { columns: columns.join(" / ") })}</p>
      <label className="file-field" htmlFor={input}>
        <span>{file?.name ?? t("catalogue.import.choose")}</span>
        <input id={input} type="file" accept=".csv,.txt,.xlsx" onChange={(event) => choose(event.target.files?.[0])} />
      </label>
      {tried.isPending && <p aria-live="polite">{t("catalogue.import.trying")}</p>}
      {(tried.error ?? taken.error) && <Failure error={tried.error ?? taken.error} />}
      {found && <Counts found={found} />}
      {file && tried.data && !taken.data && (
        <Button type="primary" loading={taken.isPending} disabled={tried.data.new + tried.data.changed === 0} onClick={() => taken.mutate({ file, dry: false })}>
          {t("catalogue.import.take")}
        </Button>
      )}
      {taken.data && <Button onClick={onClose}>{t("catalogue.import.done")}</Button>}
    </Drawer>
  );
}

function Counts({ found }: { found: CatalogueImported }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const count = (key: "new" | "changed" | "unchanged" | "bad") => ({ key, n: found[key] });
  return (
    <section aria-live="polite" className="import-counts" data-dry={found.dry_run}>
      <h2>{found.dry_run ? t("catalogue.import.would_be") : t("catalogue.import.became")}</h2>
      <dl>
        {[count("new"), count("changed"), count("unchanged"), count("bad")].map(({ key, n }) => (
          <div key={key}>
            <dt>{t(`catalogue.import.${key}`)}</dt>
            <dd>{format.count(n)}</dd>
          </div>
        ))}
      </dl>
      {found.bad_rows.length > 0 && (
        <ul className="import-bad">
          {found.bad_rows.slice(0, 10).map((row) => (
            <li key={row.line}>{t("catalogue.import.line", { line: row.line, why: i18n.language === "zh-CN" ? row.detail_zh : row.detail })}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
