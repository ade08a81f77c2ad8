/** A secret that is shown now and never again. */
import { Button, Modal, Typography } from "antd";
import { useTranslation } from "react-i18next";

export type Secret = { title: string; value: string };

export function SecretOnce({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={secret !== null}
      title={secret?.title}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t("settings.secret.kept")}
        </Button>
      }
    >
      <div className="secret-once">
        <p>{t("settings.secret.note")}</p>
        <code data-testid="secret">{secret?.value}</code>
        <Typography.Text copyable={{ text: secret?.value ?? "" }}>{t("settings.secret.copy")}</Typography.Text>
      </div>
    </Modal>
  );
}
