import { Button, Typography } from "antd";
import { useTranslation } from "react-i18next";

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <div>
      <p>{t("settings.factor.codes")}</p>
      <ul className="recovery-codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="line-actions">
        <Typography.Text copyable={{ text: codes.join("\n") }}>{t("settings.secret.copy")}</Typography.Text>
        <Button type="primary" onClick={onDone}>
          {t("settings.secret.kept")}
        </Button>
      </div>
    </div>
  );
}
