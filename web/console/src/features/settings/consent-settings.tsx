/** What members are asked to agree to. Saving makes a new version of the texts; consents name the version they were given to. */
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConsentSettings as Settings } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useWords } from "../../app/words";
import { useConsentSettings, usePutConsents } from "./profile-settings-queries";
import { NamedLine, NotSaved, WordsInput, Wrong } from "./words-input";
import "./profile-settings.css";

type Draft = Pick<Settings, "channels" | "purposes">;
const NO_WORDS = { en: "", zh: "" };

export function ConsentSettings() {
  const { t } = useTranslation();
  const settings = useConsentSettings();
  return (
    <Panel
      title={t("profile.settings.consents")}
      note={settings.data?.version ? t("profile.settings.version", { n: settings.data.version }) : t("profile.settings.consents_note")}
    >
      <Answer of={settings}>{(data) => <Editor key={data.version ?? 0} held={data} />}</Answer>
    </Panel>
  );
}

/** Where nothing is set up yet, the four channels everybody has are proposed. */
function useProposal(): Draft {
  const { t, i18n } = useTranslation();
  // The other language's texts are not loaded: its names are for whoever sets this up.
  const own = i18n.language.startsWith("zh") ? "zh" : "en";
  const channels = (["sms", "email", "wechat", "phone"] as const).map((id) => ({ id, name: { ...NO_WORDS, [own]: t(`profile.channel.${id}`) } }));
  return { channels, purposes: [{ id: "marketing", name: NO_WORDS, text: NO_WORDS, channels: channels.map(({ id }) => id) }] };
}

/** A channel goes from the purposes that are asked by it, too. */
function without(draft: Draft, id: string, at: number): Draft {
  const purposes = draft.purposes.map((purpose) => ({ ...purpose, channels: purpose.channels.filter((channel) => channel !== id) }));
  return { channels: draft.channels.filter((_, n) => n !== at), purposes };
}

function Editor({ held }: { held: Settings }) {
  const { t } = useTranslation();
  const words = useWords();
  const proposal = useProposal();
  const [draft, setDraft] = useState<Draft>(held.version === null ? proposal : held);
  const put = usePutConsents();
  const { channels, purposes } = draft;
  const setChannel = (at: number, part: Partial<Draft["channels"][number]>) =>
    setDraft({ ...draft, channels: channels.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  const setPurpose = (at: number, part: Partial<Draft["purposes"][number]>) =>
    setDraft({ ...draft, purposes: purposes.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <div className="profile-form wide">
      <fieldset>
        <legend>{t("profile.settings.channels")}</legend>
        {channels.map((channel, at) => (
          <NamedLine
            key={at}
            id={`channel-${at}`}
            value={{ id: channel.id, words: channel.name }}
            onChange={({ id, words: name }) => setChannel(at, { id, name })}
            onDrop={() => setDraft(without(draft, channel.id, at))}
            error={put.error}
            pointer={`/channels/${at}`}
            part="name"
          />
        ))}
        <Button onClick={() => setDraft({ ...draft, channels: [...channels, { id: "", name: NO_WORDS }] })}>{t("profile.settings.channel_add")}</Button>
      </fieldset>
      {purposes.map((purpose, at) => (
        <fieldset key={at}>
          <legend>{words(purpose.name) || t("profile.settings.purpose")}</legend>
          <div className="block-head">
            <label htmlFor={`purpose-${at}`}>{t("profile.settings.id")}</label>
            <Button size="small" aria-label={`${t("profile.settings.drop")}: ${words(purpose.name) || purpose.id}`} onClick={() => setDraft({ ...draft, purposes: purposes.filter((_, n) => n !== at) })}>
              {t("profile.settings.drop")}
            </Button>
          </div>
          <Input id={`purpose-${at}`} value={purpose.id} onChange={(event) => setPurpose(at, { id: event.target.value })} />
          <Wrong error={put.error} pointer={`/purposes/${at}/id`} />
          <WordsInput id={`purpose-${at}-name`} label={t("profile.settings.label")} value={purpose.name} onChange={(name) => setPurpose(at, { name })} error={put.error} pointer={`/purposes/${at}/name`} />
          <WordsInput long id={`purpose-${at}-text`} label={t("profile.settings.text")} value={purpose.text} onChange={(text) => setPurpose(at, { text })} error={put.error} pointer={`/purposes/${at}/text`} />
          <Checkbox.Group
            value={purpose.channels}
            options={channels.map((channel) => ({ value: channel.id, label: words(channel.name) || channel.id }))}
            onChange={(chosen) => setPurpose(at, { channels: chosen })}
          />
          <Wrong error={put.error} pointer={`/purposes/${at}/channels`} />
        </fieldset>
      ))}
      <Button onClick={() => setDraft({ ...draft, purposes: [...purposes, { id: "", name: NO_WORDS, text: NO_WORDS, channels: [] }] })}>{t("profile.settings.purpose_add")}</Button>
      <NotSaved error={put.error} />
      <Button type="primary" loading={put.isPending} onClick={() => put.mutate(draft)}>
        {t("profile.settings.save_version")}
      </Button>
    </div>
  );
}
