/** What a member was put together from, and the way back: parts that leave, looked at beforehand. */
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MemberDetail } from "@perennial/api-client";
import { shortMember } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useMay } from "../session/queries";
import { useIdentityType } from "./identity-type";
import { Preview } from "./preview";
import { useSplit, useSplitPreview } from "./queries";
import "./people.css";

export function Parts({ detail }: { detail: MemberDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const type = useIdentityType();
  const may = useMay()("operate");
  const [leaving, setLeaving] = useState<string[]>([]);
  const known = (subject: string) =>
    detail.identities
      .filter((identity) => identity.subject === subject)
      .map((identity) => `${type(identity.type)} ${identity.value}`)
      .join(" · ") || shortMember(subject);
  return (
    <>
      <ul className="people-evidence">
        {detail.parts.map((part) => (
          <li key={part.subject}>
            <Checkbox
              disabled={!may}
              checked={leaving.includes(part.subject)}
              onChange={(event) =>
                setLeaving(event.target.checked ? [...leaving, part.subject] : leaving.filter((one) => one !== part.subject))
              }
            >
              {known(part.subject)}
            </Checkbox>
            <small className="soft">
              {t("people.parts.since", { day: format.dayOf(part.since), n: part.facts })}
              {part.joined_at && ` · ${t("people.parts.joined", { day: format.dayOf(part.joined_at) })}`}
            </small>
          </li>
        ))}
      </ul>
      {leaving.length > 0 && leaving.length < detail.parts.length && <Leave member={detail.member} subjects={leaving} />}
    </>
  );
}

function Leave({ member, subjects }: { member: string; subjects: string[] }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState("");
  const preview = useSplitPreview(member, subjects);
  const split = useSplit(member);
  return (
    <Answer of={preview} rows={4}>
      {(shown) => (
        <>
          <Preview preview={shown} />
          <div className="people-actions">
            <Input
              value={why}
              onChange={(event) => setWhy(event.target.value)}
              placeholder={t("people.why")}
              aria-label={t("people.why")}
              maxLength={200}
            />
            <Button disabled={why.trim() === ""} loading={split.isPending} onClick={() => split.mutate({ subjects, why: why.trim() })}>
              {t("people.parts.split")}
            </Button>
          </div>
          {split.error && <Failure error={split.error} />}
        </>
      )}
    </Answer>
  );
}
