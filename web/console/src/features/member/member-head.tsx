/** Who this is, and where the member stands in each model. */
import { useTranslation } from "react-i18next";
import type { MemberDetail } from "@perennial/api-client";
import { Badge, shortMember, StageMark } from "@perennial/ui";
import { useWords } from "../../app/words";
import { useModels, useStages } from "../lifecycle/models";

export function MemberHead({ detail }: { detail: MemberDetail }) {
  const { t } = useTranslation();
  const models = useModels().data ?? [];
  const known = models.filter((model) => detail.stages[model.id]);
  return (
    <div className="member-head">
      <div>
        <h1 className="member-id">
          {calledBy(detail)} {detail.erased && <Badge tone="danger">{t("profile.data.is_erased")}</Badge>}
        </h1>
        <p>
          {detail.name === null && !detail.erased && `${t("member.unnamed")} · `}
          <code title={t("member.id")}>{detail.member}</code>
          {" · "}
          {detail.registered_on ? t("member.registered_on", { day: detail.registered_on }) : t("member.unregistered")}
        </p>
      </div>
      <dl className="member-stages">
        {known.map((model) => (
          <StageIn key={model.id} model={model.id} held={detail.stages[model.id]!} />
        ))}
      </dl>
    </div>
  );
}

/** The name, else the member number, else the beginning of the id. */
export const calledBy = (detail: MemberDetail) =>
  detail.name ?? detail.identities.find(({ type }) => type === "number")?.value ?? shortMember(detail.member);

function StageIn({ model, held }: { model: string; held: MemberDetail["stages"][string] }) {
  const { t } = useTranslation();
  const words = useWords();
  const stages = useStages(model);
  const stage = stages.of(held.stage);
  return (
    <div>
      <dt>{stages.model && words(stages.model.name)}</dt>
      <dd>
        <strong>
          <StageMark color={stage.color} name={stage.name} />
        </strong>
        <span>
          {[held.since && t("member.since", { day: held.since }), held.life > 0 && t("member.nth_life", { n: held.life })]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </dd>
    </div>
  );
}
