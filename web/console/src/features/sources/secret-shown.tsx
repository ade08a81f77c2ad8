import { useTranslation } from "react-i18next";
import { Copyable } from "./copyable";

/** A secret, this once. */
export function SecretShown({ secret }: { secret: string }) {
  const { t } = useTranslation();
  return (
    <div className="secret-shown" data-testid="secret">
      <p>{t("sources.secret.once")}</p>
      <Copyable text={secret} />
    </div>
  );
}
