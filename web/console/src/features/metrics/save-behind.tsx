/** Keeps the members behind a number: as a fixed list or, where a condition tells the same, as a view that keeps current. */
import { Button, Checkbox, Input, Modal, Radio } from "antd";
import { BookmarkPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Failure } from "../../app/states";
import { useSaveList, useSaveView } from "../members/queries";
import type { Behind } from "./queries";

type Kind = "fixed" | "condition";
type Props = { behind: Behind; condition: string | null | undefined };

export function SaveBehind({ behind, condition }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState<{ query: string; name: string } | null>(null);
  return (
    <div className="behind-save">
      <Button size="small" icon={<BookmarkPlus size={14} aria-hidden="true" />} onClick={() => setOpen(true)}>
        {t("metrics.save.open")}
      </Button>
      {saved && (
        <span role="status">
          <Link to={`/members?${saved.query}`}>{t("metrics.save.saved", { name: saved.name })}</Link>
        </span>
      )}
      {open && (
        <SaveForm
          behind={behind}
          condition={condition}
          onEnd={(kept) => {
            setOpen(false);
            if (kept) setSaved(kept);
          }}
        />
      )}
    </div>
  );
}

function SaveForm({ behind, condition, onEnd }: Props & { onEnd: (kept?: { query: string; name: string }) => void }) {
  const { t } = useTranslation();
  const [list, view] = [useSaveList(), useSaveView()];
  const [name, setName] = useState(behind.title.slice(0, 80));
  const [kind, setKind] = useState<Kind>("fixed");
  const [shared, setShared] = useState(false);
  const error = list.error ?? view.error;
  const keep = () => {
    const kept = { name: name.trim(), shared };
    if (kind === "condition" && condition) {
      const query = new URLSearchParams({ condition }).toString();
      view.mutate({ ...kept, query }, { onSuccess: () => onEnd({ query, name: kept.name }) });
      return;
    }
    const asked = Object.entries(behind.query).flatMap(([key, value]) => (value === undefined || value === null ? [] : [[key, String(value)]]));
    list.mutate({ ...kept, metric: behind.metric, query: new URLSearchParams(asked).toString() }, { onSuccess: (made) => onEnd({ query: `list=${made.id}`, name: kept.name }) });
  };
  return (
    <Modal
      open
      title={t("metrics.save.title")}
      okText={t("members.views.keep")}
      okButtonProps={{ disabled: name.trim() === "", loading: list.isPending || view.isPending }}
      onOk={keep}
      onCancel={() => onEnd()}
    >
      <div className="view-form">
        <label htmlFor="list-name">{t("members.views.name")}</label>
        <Input id="list-name" maxLength={80} autoFocus value={name} onChange={(event) => setName(event.target.value)} onPressEnter={keep} />
        <Radio.Group value={kind} onChange={(event) => setKind(event.target.value as Kind)} aria-label={t("metrics.save.kind")}>
          <Radio value="fixed">{t("metrics.save.fixed")}</Radio>
          {condition && <Radio value="condition">{t("metrics.save.condition")}</Radio>}
        </Radio.Group>
        <p className="soft">{kind === "fixed" ? t("metrics.save.fixed_hint") : <code>{condition}</code>}</p>
        <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>
          {t("members.views.share")}
        </Checkbox>
        {error && <Failure error={error} />}
      </div>
    </Modal>
  );
}
