/** What a merge or a split comes to: members before and after, and whose word holds in each field. */
import { useTranslation } from "react-i18next";
import type { PeoplePreview } from "@perennial/api-client";
import { shortMember, StageMark } from "@perennial/ui";
import { useFormat, useWords } from "../../app/words";
import { useModels, useStages } from "../lifecycle/models";
import { useShown } from "../member/shown";
import { useIdentityType } from "./identity-type";
import "../member/member.css";
import "./people.css";

type Side = PeoplePreview["before"][number];

export function Preview({ preview }: { preview: PeoplePreview }) {
  const { t } = useTranslation();
  return (
    <div className="people-preview">
      <Sides title={t("people.preview.before")} sides={preview.before} />
      <Sides title={t("people.preview.after")} sides={preview.after} />
      {preview.fields.length > 0 && <Fields fields={preview.fields} />}
    </div>
  );
}

function Sides({ title, sides }: { title: string; sides: Side[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <div className="people-sides">
        {sides.map((side) => (
          <SideCard key={side.member} side={side} />
        ))}
      </div>
    </section>
  );
}

function SideCard({ side }: { side: Side }) {
  const { t } = useTranslation();
  const format = useFormat();
  const type = useIdentityType();
  const words = useWords();
  const models = (useModels().data ?? []).filter((model) => side.stages[model.id]);
  return (
    <article className="people-side">
      <p className="people-called">{side.name ?? shortMember(side.member)}</p>
      <p className="soft">{side.identities.map((one) => `${type(one.type)} ${one.value}`).join(" · ")}</p>
      <dl className="facts-list">
        {models.map((model) => (
          <StageOf key={model.id} model={model.id} name={words(model.name)} stage={side.stages[model.id]!.stage} />
        ))}
        <div>
          <dt>{t("people.preview.orders")}</dt>
          <dd>{format.count(side.orders)}</dd>
        </div>
        <div>
          <dt>{t("people.preview.money")}</dt>
          <dd>{format.money(side.money)}</dd>
        </div>
        <div>
          <dt>{t("people.preview.last")}</dt>
          <dd>{side.last_purchase_on ?? "–"}</dd>
        </div>
      </dl>
    </article>
  );
}

function StageOf({ model, name, stage }: { model: string; name: string; stage: string }) {
  const stages = useStages(model);
  const held = stages.of(stage);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <StageMark color={held.color} name={held.name} />
      </dd>
    </div>
  );
}

function Fields({ fields }: { fields: PeoplePreview["fields"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const show = useShown();
  const words = useWords();
  return (
    <section>
      <h3>{t("people.preview.fields")}</h3>
      <dl className="facts-list">
        {fields.map((won) => (
          <div key={won.field}>
            <dt title={won.field}>{words(won.name)}</dt>
            <dd>
              {show(won.value, won.field)}
              <small>{t("people.preview.from", { member: shortMember(won.from), day: format.dayOf(won.since) })}</small>
              {won.over.map((lost) => (
                <small key={lost.from}>{t("people.preview.over", { value: show(lost.value, won.field) })}</small>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
