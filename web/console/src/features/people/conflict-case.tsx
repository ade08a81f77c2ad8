/** One conflict: its evidence, what a merge comes to, and the three answers. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConflictDetail } from "@perennial/api-client";
import { shortMember } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { useMay } from "../session/queries";
import { useIdentityType } from "./identity-type";
import { Preview } from "./preview";
import { useConflict, useSettle } from "./queries";

export function ConflictCase({ member, other }: { member: string; other: string }) {
  const conflict = useConflict(member, other);
  const may = useMay()("operate");
  return (
    <Answer of={conflict} rows={4}>
      {(detail) => (
        <>
          <Evidence detail={detail} />
          <Preview preview={detail.merged} />
          {may && <Answers member={member} other={other} by={detail.by} />}
        </>
      )}
    </Answer>
  );
}

function Evidence({ detail }: { detail: ConflictDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const type = useIdentityType();
  return (
    <section>
      <h3>{t("people.conflicts.evidence")}</h3>
      <ul className="people-evidence">
        {detail.evidence.map((one) => (
          <li key={one.fact}>
            {t("people.conflicts.says", {
              day: format.dayOf(one.at),
              source: one.source,
              member: shortMember(one.member),
              what: one.identity ? `${type(one.identity.type)} ${one.identity.value}` : one.kind,
            })}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answers({ member, other, by }: { member: string; other: string; by: string }) {
  const { t } = useTranslation();
  const type = useIdentityType();
  const [why, setWhy] = useState("");
  const settle = useSettle(member, other);
  const given = why.trim() !== "";
  const answer = (resolution: "merge" | "keep_apart" | "block_value") => settle.mutate({ resolution, why: why.trim() });
  return (
    <section>
      <div className="people-actions">
        <Input
          value={why}
          onChange={(event) => setWhy(event.target.value)}
          placeholder={t("people.why")}
          aria-label={t("people.why")}
          maxLength={200}
        />
        <Button type="primary" disabled={!given} loading={settle.isPending} onClick={() => answer("merge")}>
          {t("people.conflicts.merge")}
        </Button>
        <Button disabled={!given || settle.isPending} onClick={() => answer("keep_apart")}>
          {t("people.conflicts.keep_apart")}
        </Button>
        <Button disabled={!given || settle.isPending} onClick={() => answer("block_value")}>
          {t("people.conflicts.block_value", { by: type(by) })}
        </Button>
      </div>
      {settle.error && <Failure error={settle.error} />}
    </section>
  );
}
