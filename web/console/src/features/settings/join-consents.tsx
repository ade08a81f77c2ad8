/** Which consents the join form asks for, and which of them nobody joins without. */
import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { JoinForm } from "@perennial/api-client";
import { useWords } from "../../app/words";
import { useConsentSettings } from "./profile-settings-queries";

export function JoinConsents({ form, change }: { form: JoinForm; change: (part: Partial<JoinForm>) => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const settings = useConsentSettings().data;
  const { consents } = form;
  const all = (settings?.purposes ?? []).flatMap((purpose) =>
    purpose.channels.map((id) => ({ purpose, channel: settings!.channels.find((one) => one.id === id) ?? { id, name: { en: id, zh: id } } })),
  );
  return (
    <fieldset>
      <legend>{t("profile.settings.join_consents")}</legend>
      {all.length === 0 && <Link to="/settings/consents">{t("profile.consents.set_up")}</Link>}
      {all.map(({ purpose, channel }) => {
        const is = (one: JoinForm["consents"][number]) => one.purpose === purpose.id && one.channel === channel.id;
        const held = consents.find(is);
        const name = { en: `${purpose.name.en} · ${channel.name.en}`, zh: `${purpose.name.zh} · ${channel.name.zh}` };
        const one = { purpose: purpose.id, channel: channel.id, required: false, name, text: purpose.text };
        return (
          <div key={`${purpose.id} ${channel.id}`} className="row-actions">
            <Checkbox checked={Boolean(held)} onChange={(event) => change({ consents: event.target.checked ? [...consents, one] : consents.filter((other) => !is(other)) })}>
              {words(name)}
            </Checkbox>
            {held && (
              <Checkbox checked={held.required} onChange={(event) => change({ consents: consents.map((other) => (is(other) ? { ...other, required: event.target.checked } : other)) })}>
                {t("profile.settings.consent_required")}
              </Checkbox>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
