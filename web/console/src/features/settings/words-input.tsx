/** A text in both languages of the product, with what the server says is wrong with either. */
import { Input } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError, type Words } from "@perennial/api-client";

type Props = { id: string; label: string; value: Words; onChange: (value: Words) => void; error?: unknown; pointer: string; long?: boolean };

export function WordsInput({ id, label, value, onChange, error, pointer, long }: Props) {
  const { t } = useTranslation();
  const Box = long ? Input.TextArea : Input;
  return (
    <div className="words-pair">
      {(["zh", "en"] as const).map((lang) => (
        <div key={lang}>
          <label htmlFor={`${id}-${lang}`}>{t(`profile.words.${lang}`, { label })}</label>
          <Box
            id={`${id}-${lang}`}
            value={value[lang]}
            onChange={(event: { target: { value: string } }) => onChange({ ...value, [lang]: event.target.value })}
          />
          <Wrong error={error} pointer={`${pointer}/${lang}`} />
        </div>
      ))}
    </div>
  );
}

export function Wrong({ error, pointer }: { error: unknown; pointer: string }) {
  const { i18n } = useTranslation();
  const told = error instanceof ApiError ? error.at(pointer, i18n.language) : undefined;
  return told ? (
    <span className="field-wrong" role="alert">
      {told}
    </span>
  ) : null;
}
