/** A text in both languages of the product, with what the server says is wrong with either. */
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { ApiError, type Words } from "@perennial/api-client";
import { Failure } from "../../app/states";

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

type LineProps = { id: string; value: { id: string; words: Words }; onChange: (value: { id: string; words: Words }) => void; onDrop: () => void; error?: unknown; pointer: string; part: "label" | "name" };

/** An identifier with its name in both languages on one line: a choice, a channel. */
export function NamedLine({ id, value, onChange, onDrop, error, pointer, part }: LineProps) {
  const { t } = useTranslation();
  const named = (lang: "zh" | "en") => t(`profile.words.${lang}`, { label: t("profile.settings.label") });
  return (
    <div className="choice-line">
      <Input id={id} aria-label={t("profile.settings.id")} placeholder={t("profile.settings.id")} value={value.id} onChange={(event) => onChange({ ...value, id: event.target.value })} />
      {(["zh", "en"] as const).map((lang) => (
        <Input
          key={lang}
          id={`${id}-name-${lang}`}
          aria-label={named(lang)}
          placeholder={named(lang)}
          value={value.words[lang]}
          onChange={(event) => onChange({ ...value, words: { ...value.words, [lang]: event.target.value } })}
        />
      ))}
      <Button aria-label={`${t("profile.settings.drop")}: ${value.id}`} onClick={onDrop}>
        {t("profile.settings.drop")}
      </Button>
      {["id", `${part}/zh`, `${part}/en`].map((one) => (
        <Wrong key={one} error={error} pointer={`${pointer}/${one}`} />
      ))}
    </div>
  );
}

/** Why nothing was saved: what is marked at its field stands here once more, so that nothing wrong is out of sight. */
export function NotSaved({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation();
  if (!error) return null;
  const wrong = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  if (wrong.length === 0) return <Failure error={error} />;
  const zh = i18n.language.startsWith("zh");
  const told = new Set(wrong.map((one) => (zh ? (one.detail_zh ?? one.detail) : one.detail)));
  return (
    <div className="failure not-saved" role="alert">
      <p className="failure-title">{t("profile.not_saved")}</p>
      <ul>
        {[...told].map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </div>
  );
}
