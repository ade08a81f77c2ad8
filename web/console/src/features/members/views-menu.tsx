/** Saved views: what the list shows, under a name, for oneself or for all. */
import { Button, Checkbox, Dropdown, Input, Modal } from "antd";
import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { Failure } from "../../app/states";
import { useDeleteView, useSaveView, useViews } from "./queries";

export function ViewsMenu() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const views = useViews().data ?? [];
  const drop = useDeleteView();
  const [saving, setSaving] = useState(false);
  const items = views.map((view) => ({
    key: view.id,
    label: (
      <span className="view-item">
        <span className="view-name">{view.name}</span>
        <span className="soft">{view.shared ? (view.mine ? t("members.views.shared") : t("members.views.by", { who: view.who })) : ""}</span>
        {view.mine && (
          <Button
            type="text"
            size="small"
            icon={<Trash2 size={14} aria-hidden="true" />}
            aria-label={t("members.views.delete", { name: view.name })}
            onClick={(event) => {
              event.stopPropagation();
              drop.mutate(view.id);
            }}
          />
        )}
      </span>
    ),
    onClick: () => void navigate(`/members?${view.query}`),
  }));
  const none = { key: "none", disabled: true, label: t("members.views.none") };
  const save = { key: "save", label: t("members.views.save"), onClick: () => setSaving(true) };
  return (
    <>
      <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: [...(items.length ? items : [none]), { type: "divider" }, save] }}>
        <Button icon={<Bookmark size={15} aria-hidden="true" />}>{t("members.views.label")}</Button>
      </Dropdown>
      {saving && <SaveView onEnd={() => setSaving(false)} />}
    </>
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
