/** What undoing would take back, before it is done. */
import { Stat } from "@perennial/ui";
import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useDeed, useUndoPreview } from "./queries";

export function UndoDialog({ id, open, close }: { id: number; open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const preview = useUndoPreview(id, open);
  const deed = useDeed(id);
  return (
    <Modal
      open={open}
      title={t("imports.undo.title")}
      okText={t("imports.undo.do")}
      cancelText={t("imports.keep")}
      okButtonProps={{ danger: true, loading: deed.isPending, disabled: !preview.data, "data-deed": "undo-now" }}
      onOk={() => deed.mutate("undo", { onSuccess: close })}
      onCancel={close}
    >
      <Answer of={preview} rows={3}>
        {(told) => (
          <>
            <dl className="import-counts">
              <Stat label={t("imports.undo.orders")} value={format.count(told.orders)} hint={format.money(told.money)} />
              <Stat label={t("imports.undo.members")} value={format.count(told.members)} hint={t("imports.undo.members_hint")} />
              <Stat label={t("imports.undo.gone")} value={format.count(told.members_gone)} hint={t("imports.undo.gone_hint")} />
            </dl>
            <p className="soft">{t("imports.undo.means")}</p>
          </>
        )}
      </Answer>
      {deed.error && <Failure error={deed.error} />}
    </Modal>
  );
}
