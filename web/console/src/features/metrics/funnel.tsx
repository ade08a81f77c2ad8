/** How far first buyers go, below it what more of them would bring, and how people become buyers at all. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Funnel } from "@perennial/api-client";
import { DataTable, Empty, NOTHING, palette, Panel, ShareBar } from "@perennial/ui";
import { usePreferences } from "../../app/preferences";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { AcquisitionPanel } from "./acquisition";
import { Basis, Figure, Open, PeriodFields, useDefinition } from "./parts";
import { periodOf, useFunnel, type Behind } from "./queries";
import { HORIZONS, type Room } from "./room-state";
import { Simulator } from "./simulator";

type Props = { room: Room; open: (behind: Behind) => void };
const askedOf = (room: Room) => ({ ...periodOf(room.state), horizon_days: Number(room.state.horizon) });

export function FunnelView({ room, open }: Props) {
  const { t } = useTranslation();
  const { state, change } = room;
  const asked = useFunnel(state);
  const define = useDefinition(asked.data);
  return (
    <>
      <Panel id="metrics-funnel" title={t("metrics.funnel.title")} note={define("funnel")}>
        <PeriodFields room={room}>
          <span className="day-field">
            <label htmlFor="metric-horizon">{t("metrics.funnel.horizon")}</label>
            <Select
              id="metric-horizon"
              value={state.horizon}
              onChange={(horizon) => change({ horizon })}
              options={HORIZONS.map((value) => ({ value, label: t("metrics.funnel.days", { n: value }) }))}
            />
          </span>
        </PeriodFields>
        <Answer of={asked} rows={8}>
          {(data) =>
            data.buyers === 0 ? (
              <Empty title={t("metrics.nobody")}>{t("metrics.nobody_teach")}</Empty>
            ) : (
              <div className={asked.isPlaceholderData ? "chart-answer busy" : "chart-answer"} aria-busy={asked.isPlaceholderData}>
                <Figures data={data} room={room} open={open} />
                {data.members === 0 ? <Empty title={t("metrics.funnel.nobody")}>{t("metrics.funnel.nobody_teach")}</Empty> : <Steps data={data} room={room} open={open} />}
                <Basis basis={data} metric="funnel" query={askedOf(room)} />
              </div>
            )
          }
        </Answer>
      </Panel>
      {asked.data && asked.data.members > 0 && <Simulator key={`${state.model} ${JSON.stringify(askedOf(room))}`} room={room} />}
      <AcquisitionPanel room={room} open={open} />
    </>
  );
}

function Figures({ data, room, open }: Props & { data: Funnel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const define = useDefinition(data);
  const behind = (cell: string, title: string) => () => open({ metric: "funnel", title, query: { ...askedOf(room), as_of: data.as_of, cell } });
  const [followed, excluded, once] = [t("metrics.funnel.followed"), t("metrics.funnel.excluded"), t("metrics.funnel.once")];
  return (
    <dl className="figures metric-figures three">
      <Figure name={followed} value={format.count(data.members)} definition={t("metrics.funnel.followed_hint", { n: data.horizon_days })} onOpen={behind("reached:1", followed)} />
      <Figure name={excluded} value={format.count(data.excluded)} definition={t("metrics.funnel.excluded_hint")} onOpen={behind("excluded", excluded)} />
      <Figure
        name={once}
        value={data.one_time_share === null ? NOTHING : format.share(data.one_time_buyers, data.buyers)}
        definition={define("funnel.one_time_share")}
        onOpen={behind("once", once)}
      />
    </dl>
  );
}

function Steps({ data, room, open }: Props & { data: Funnel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { appearance } = usePreferences();
  const name = (purchase: number) => t(`metrics.funnel.step.${purchase}` as "metrics.funnel.step.1");
  const share = (part: number, of: number) => (of === 0 ? NOTHING : format.share(part, of));
  const before = (purchase: number) => data.steps[purchase - 2]?.members;
  return (
    <DataTable
      caption={t("metrics.funnel.caption")}
      rows={data.steps}
      rowKey={(step) => String(step.purchase)}
      columns={[
        { key: "step", head: t("metrics.funnel.purchase"), phone: "title", cell: (step) => name(step.purchase) },
        { key: "bar", head: "", width: "24%", phone: "none", cell: (step) => <ShareBar part={step.members} of={data.members} color={palette(appearance).accent} /> },
        {
          key: "members",
          head: t("metrics.funnel.members"),
          align: "end",
          cell: (step) => (
            <Open
              name={name(step.purchase)}
              value={format.count(step.members)}
              onOpen={() => open({ metric: "funnel", title: name(step.purchase), query: { ...askedOf(room), as_of: data.as_of, cell: `reached:${step.purchase}` } })}
            />
          ),
        },
        { key: "conversion", head: t("metrics.funnel.conversion"), align: "end", cell: (step) => <strong>{step.purchase === 1 ? NOTHING : share(step.members, before(step.purchase) ?? 0)}</strong> },
        { key: "of", head: t("metrics.funnel.of_first"), align: "end", cell: (step) => share(step.members, data.members) },
        { key: "days", head: t("metrics.funnel.spread"), align: "end", cell: (step) => (typeof step.days?.p50 === "number" ? `${step.days.p50} / ${step.days.p80} / ${step.days.p90}` : NOTHING) },
        { key: "money", head: t("metrics.funnel.money"), align: "end", cell: (step) => format.money(step.money) },
        { key: "share", head: t("metrics.funnel.money_share"), align: "end", cell: (step) => (step.money_share === null ? NOTHING : format.share(step.money_share, 1)) },
      ]}
    />
  );
}
