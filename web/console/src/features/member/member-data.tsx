/** The member's own rights: everything in one file, and being forgotten. */
import { Button, Input, Modal } from "antd";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useMay } from "../session/queries";
import { packageUrl, useErase, useErasurePreview } from "./profile-queries";

export function MemberData({ member, erased }: { member: string; erased: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const [erasing, setErasing] = useState(false);
  if (!may("own")) return null;
  return (
    <Panel id="member-data" title={t("profile.data.title")} note={t("profile.data.note")}>
      <div className="member-data">
        <Button href={packageUrl(member)} download icon={<Download size={15} aria-hidden="true" />}>
          {t("profile.data.package")}
        </Button>
        {!erased && (
          <Button danger icon={<Trash2 size={15} aria-hidden="true" />} onClick={() => setErasing(true)}>
            {t("profile.data.erase")}
          </Button>
        )}
      </div>
      {erased && <p className="soft">{t("profile.data.erased")}</p>}
      {erasing && <Erase member={member} onClose={() => setErasing(false)} />}
    </Panel>
  );
}

function Erase({ member, onClose }: { member: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const preview = useErasurePreview(member, true);
  const erase = useErase(member);
  return (
    <Modal
      open
      title={t("profile.data.erase_title")}
      okText={t("profile.data.erase_sure")}
      cancelText={t("profile.cancel")}
      okButtonProps={{ danger: true, disabled: typed.trim() !== member }}
      confirmLoading={erase.isPending}
      onOk={() => erase.mutate(typed.trim(), { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Answer of={preview} rows={4}>
        {(losses) => (
          <ul className="losses">
            <li>{t("profile.data.loses.identities", { count: losses.identities })}</li>
            <li>{t("profile.data.loses.fields", { count: losses.personal_fields })}</li>
            {losses.bad_rows > 0 && <li>{t("profile.data.loses.rows", { count: losses.bad_rows })}</li>}
            {losses.dead_letters > 0 && <li>{t("profile.data.loses.letters", { count: losses.dead_letters })}</li>}
            {losses.samples > 0 && <li>{t("profile.data.loses.samples", { count: losses.samples })}</li>}
            <li>{t("profile.data.keeps", { count: losses.facts })}</li>
            <li>{t("profile.data.kept", { count: losses.kept_days })}</li>
            {losses.staged_files > 0 && <li className="losses-warn">{t("profile.data.staged", { count: losses.staged_files })}</li>}
          </ul>
        )}
      </Answer>
      <p>{t("profile.data.final")}</p>
      <label htmlFor="erase-confirm">{t("profile.data.confirm", { member })}</label>
      <Input id="erase-confirm" value={typed} autoComplete="off" onChange={(event) => setTyped(event.target.value)} />
      {erase.error && <Failure error={erase.error} />}
    </Modal>
  );
}
