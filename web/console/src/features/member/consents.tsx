/** What a member agreed to, per purpose and channel, with its history. Withdrawing is as easy as giving. */
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { MemberConsent } from "@perennial/api-client";
import { Badge, Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useMay } from "../session/queries";
import { useConsentName } from "./consent-name";
import { useConsentSettings, useMemberConsents, useRecordConsent } from "./profile-queries";

export function Consents({ member, erased }: { member: string; erased: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const consents = useMemberConsents(member);
  return (
    <Panel id="member-consents" title={t("profile.consents.title")} note={t("profile.consents.note")}>
      <Answer of={consents}>
        {(list) =>
          list.length === 0 ? (
            <p className="soft">
              {t("profile.consents.none")} {may("operate") && <Link to="/settings/consents">{t("profile.consents.set_up")}</Link>}
            </p>
          ) : (
            <ul className="consents">
              {list.map((one) => (
                <Consent key={`${one.purpose} ${one.channel}`} member={member} one={one} erased={erased} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  );
}

function Consent({ member, one, erased }: { member: string; one: MemberConsent; erased: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const settings = useConsentSettings().data;
  const may = useMay();
  const record = useRecordConsent(member);
  const [open, setOpen] = useState(false);
  const purpose = settings?.purposes.find(({ id }) => id === one.purpose);
  const name = useConsentName()(one);
  const state = one.given === null ? "never" : one.given ? "given" : "withdrawn";
  const asked = purpose?.channels.includes(one.channel) ?? false;
  return (
    <li>
      <div className="consent-line">
        <span>{name}</span>
        {!erased && <Badge tone={state === "given" ? "accent" : "plain"}>{t(`profile.consents.${state}`)}</Badge>}
        {asked && !erased && may("write") && (
          <Button
            size="small"
            loading={record.isPending}
            aria-label={`${one.given ? t("profile.consents.withdraw") : t("profile.consents.give")}: ${name}`}
            onClick={() => record.mutate({ purpose: one.purpose, channel: one.channel, given: !one.given })}
          >
            {one.given ? t("profile.consents.withdraw") : t("profile.consents.give")}
          </Button>
        )}
        {one.history.length > 0 && (
          <Button size="small" type="text" aria-expanded={open} onClick={() => setOpen(!open)}>
            {t("profile.consents.history", { count: one.history.length })}
          </Button>
        )}
      </div>
      {record.error && <Failure error={record.error} />}
      {open && (
        <ol className="consent-history">
          {[...one.history].reverse().map((said) => (
            <li key={said.fact}>
              {format.instant(said.at)} · {said.given ? t("profile.consents.given") : t("profile.consents.withdrawn")} · {said.source}
              {said.text_version !== null && ` · ${t("profile.consents.text", { n: said.text_version })}`}
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}
