/** What behaviours say, and the weights: the document that is in force, to read and to change. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SignalSettings } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useMay } from "../session/queries";
import { useChangeSignals, useSignals } from "./queries";
import { useList } from "./use-list";

export function SignalsPanel() {
  const { t } = useTranslation();
  const held = useSignals();
  const version = held.data?.version;
  return (
    <Panel id="signals" title={t("worth.signals.title")} note={held.data && (version ? t("worth.signals.note", { n: version }) : t("worth.signals.shipped"))}>
      <p className="soft">{t("worth.signals.teach")}</p>
      <Answer of={held} rows={4}>{(data) => <Editor key={data.version} held={data} />}</Answer>
    </Panel>
  );
}

function Editor({ held }: { held: SignalSettings }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [yaml, setYaml] = useState(held.yaml);
  const [reason, setReason] = useState("");
  const change = useChangeSignals();
  const list = useList();
  const may = useMay()("operate");
  if (!open) return <Button onClick={() => setOpen(true)}>{t(may ? "worth.signals.change" : "worth.signals.look")}</Button>;
  return (
    <div className="value-room">
      {held.read_by.length > 0 && <p>{t("worth.signals.read_by", { readers: list(held.read_by) })}</p>}
      <Input.TextArea className="value-document" aria-label={t("worth.signals.title")} autoSize={{ minRows: 12, maxRows: 32 }} value={yaml} spellCheck={false} readOnly={!may} onChange={(event) => setYaml(event.target.value)} />
      {may && (
        <div className="value-foot">
          <Input className="value-reason" value={reason} onChange={(event) => setReason(event.target.value)} placeholder={t("worth.signals.reason")} aria-label={t("worth.signals.reason")} maxLength={200} />
          <Button type="primary" disabled={yaml === held.yaml || reason.trim() === ""} loading={change.isPending} onClick={() => change.mutate({ yaml, reason: reason.trim() })}>
            {t("worth.signals.save")}
          </Button>
        </div>
      )}
      {change.error && <Failure error={change.error} />}
    </div>
  );
}
