/** The models in plain words, one card each: what it expects, what to beware of, its parameters with their errors. */
import { useTranslation } from "react-i18next";
import type { ValueModels } from "@perennial/api-client";
import { Badge, DataTable, NOTHING, Panel, Stat } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat, useWords } from "../../app/words";
import { DayField } from "../lifecycle/day-field";
import { modelName } from "./model-names";
import { useValueModels } from "./queries";
import type { Room } from "./room-state";
import { VersionsView } from "./versions";

type Fit = ValueModels["spend"];

export function ModelsView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const until = room.state.until ?? room.today;
  const models = useValueModels(until);
  return (
    <div className="value-room">
      <Panel
        id="value-models"
        title={t("value.models.title")}
        note={models.data && t("value.models.note", { n: format.count(models.data.models[0]!.n), repeaters: format.count(models.data.models[0]!.repeaters) })}
        actions={<DayField name="until" label={t("value.until")} value={until} onChange={(day) => room.change({ until: day })} />}
      >
        <p className="soft">{t("value.models.teach")}</p>
      </Panel>
      <VersionsView until={until} />
      <Answer of={models} rows={12}>
        {(data) => (
          <div className="value-cards" aria-busy={models.isPlaceholderData || undefined}>
            {data.models.map((fit, at) => (
              <Card key={fit.asked} fit={fit}>
                <Stat label={t("value.models.alive")} value={format.count(Math.round(data.alive[at] ?? 0))} hint={t("value.models.alive_hint", { share: format.share(data.alive[at] ?? 0, fit.n) })} />
                <Stat label={t("value.models.first_year")} value={format.fixed(data.first_year[at] ?? 0, 2)} hint={t("value.models.first_year_hint")} />
              </Card>
            ))}
            <Card fit={data.spend}>
              <Stat label={t("value.models.spend")} value={format.amount(data.expected_spend, data.currency)} hint={t("value.models.spend_hint")} />
            </Card>
          </div>
        )}
      </Answer>
    </div>
  );
}

function Card({ fit, children }: { fit: Fit; children: React.ReactNode }) {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const name = modelName(fit.asked);
  const { converged, agreeing, starts } = fit.convergence;
  return (
    <Panel id={`model-${fit.asked}`} title={name} note={t(`value.models.about.${fit.asked as "bgnbd"}`)}>
      <dl className="value-stats">{children}</dl>
      {fit.notes.map((note) => (
        <p key={note.code} className="value-note">
          {words(note.text)}
        </p>
      ))}
      <DataTable
        caption={t("value.models.params", { model: name })}
        dense
        keepRows
        rows={fit.params}
        rowKey={(one) => one.name}
        columns={[
          { key: "name", head: t("value.models.param"), cell: (one) => <code>{one.name}</code> },
          { key: "value", head: t("value.models.estimate"), align: "end", cell: (one) => <strong>{format.significant(one.value)}</strong> },
          { key: "error", head: t("value.models.error"), align: "end", cell: (one) => format.significant(one.standard_error, 2) },
          { key: "band", head: t("value.models.band"), align: "end", cell: (one) => (one.low === null || one.low === undefined ? NOTHING : `${format.significant(one.low, 3)}–${format.significant(one.high, 3)}`) },
        ]}
      />
      <p className="value-foot">
        <Badge tone={converged ? "plain" : "warn"}>{t(converged ? "value.models.converged" : "value.models.unsettled")}</Badge>
        <span>{t("value.models.likelihood", { value: format.fixed(fit.log_likelihood, 2), agreeing, starts })}</span>
      </p>
    </Panel>
  );
}
