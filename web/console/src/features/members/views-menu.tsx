/** Saved views: what the list shows, under a name, for oneself or for all. */
import { Button, Checkbox, Dropdown, Input, Modal } from "antd";
import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useDeleteList, useDeleteView, useLists, useSaveView, useViews } from "./queries";

export function ViewsMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const views = useViews().data ?? [];
  const lists = useLists().data ?? [];
  const format = useFormat();
  const [drop, dropList] = [useDeleteView(), useDeleteList()];
  const [saving, setSaving] = useState(false);
  const note = (one: Kept) => (one.shared ? (one.mine ? t("members.views.shared") : t("members.views.by", { who: one.who })) : "");
  const items = views.map((view) => ({
    key: view.id,
    label: <Item of={view} note={note(view)} remove={t("members.views.delete", { name: view.name })} onDrop={() => drop.mutate(view.id)} />,
    onClick: () => void navigate(`/members?${view.query}`),
  }));
  const fixed = lists.map((list) => ({
    key: list.id,
    label: (
      <Item
        of={list}
        note={[t("members.lists.count", { count: list.members, n: format.count(list.members) }), note(list)].filter(Boolean).join(" · ")}
        remove={t("members.lists.delete", { name: list.name })}
        onDrop={() => dropList.mutate(list.id)}
      />
    ),
    onClick: () => void navigate(`/members?list=${list.id}`),
  }));
  const group = fixed.length > 0 ? [{ key: "lists", type: "group" as const, label: t("members.lists.label"), children: fixed }] : [];
  const none = { key: "none", disabled: true, label: t("members.views.none") };
  const save = { key: "save", label: t("members.views.save"), onClick: () => setSaving(true) };
  return (
    <>
      <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: [...(items.length ? items : [none]), ...group, { type: "divider" }, save] }}>
        <Button icon={<Bookmark size={15} aria-hidden="true" />}>{t("members.views.label")}</Button>
      </Dropdown>
      {saving && <SaveView onEnd={() => setSaving(false)} />}
    </>
  );
}

type Kept = { name: string; shared: boolean; mine: boolean; who: string };

function Item({ of, note, remove, onDrop }: { of: Kept; note: string; remove: string; onDrop: () => void }) {
  return (
    <span className="view-item">
      <span className="view-name">{of.name}</span>
      <span className="soft">{note}</span>
      {of.mine && (
        <Button
          type="text"
          size="small"
          icon={<Trash2 size={14} aria-hidden="true" />}
          aria-label={remove}
          onClick={(event) => {
            event.stopPropagation();
            onDrop();
          }}
        />
      )}
    </span>
  );
}

function SaveView({ onEnd }: { onEnd: () => void }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const save = useSaveView();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const query = new URLSearchParams(search);
  for (const own of ["cursor", "page"]) query.delete(own);
  const keep = () => save.mutate({ name: name.trim(), query: query.toString(), shared }, { onSuccess: onEnd });
  return (
    <Modal
      open
      title={t("members.views.save")}
      okText={t("members.views.keep")}
      okButtonProps={{ disabled: name.trim() === "", loading: save.isPending }}
      onOk={keep}
      onCancel={onEnd}
    >
      <div className="view-form">
        <label htmlFor="view-name">{t("members.views.name")}</label>
        <Input id="view-name" maxLength={80} autoFocus value={name} onChange={(event) => setName(event.target.value)} onPressEnter={keep} />
        <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>
          {t("members.views.share")}
        </Checkbox>
        {save.error && <Failure error={save.error} />}
      </div>
    </Modal>
  );
}
