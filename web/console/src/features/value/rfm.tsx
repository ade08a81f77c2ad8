/** RFM: the eight classes as a table, and quintiles of R by those of F as a grid. Every cell opens its members. */
import { Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Rfm } from "@perennial/api-client";
import { Badge, DataTable, Empty, Panel, ShareBar } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { BehindDrawer } from "../metrics/behind-drawer";
import "../metrics/metrics.css";
import type { Behind } from "../metrics/queries";
import { Files } from "./list-parts";
import { useRfm } from "./queries";
import { RfmGrid } from "./rfm-grid";
import { Opens, WithinChoice } from "./rfm-within";
import { CUTS, rfmOf, WINDOWS, type Room } from "./room-state";

type Class = Rfm["classes"][number];

export function RfmView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change } = room;
  const [behind, open] = useState<Behind | null>(null);
  const rfm = useRfm(rfmOf(state));
  const controls = (
    <>
      <Segmented
        aria-label={t("value.rfm.cut.label")}
        value={state.cut}
        onChange={(cut) => change({ cut })}
        options={CUTS.map((value) => ({ value, label: t(`value.rfm.cut.${value}`) }))}
      />
      <span className="day-field">
        <label htmlFor="rfm-window">{t("value.rfm.window")}</label>
        <Select
          id="rfm-window"
          value={state.window}
          onChange={(window) => change({ window })}
          options={WINDOWS.map((value) => ({ value, label: t("value.rfm.days", { n: value }) }))}
        />
      </span>
      <WithinChoice room={room} />
    </>
  );
  const note = rfm.data && t("value.rfm.note", { n: format.count(rfm.data.buyers), money: format.money(rfm.data.money), day: rfm.data.as_of });
  return (
    <div className="value-room">
      <Panel flush id="rfm-classes" title={t("value.rfm.classes")} note={note} actions={controls}>
        <Answer of={rfm} rows={9}>
          {(data) => (data.buyers === 0 ? <Empty title={t("value.rfm.none")}>{t("value.rfm.none_teach")}</Empty> : <Classes rfm={data} busy={rfm.isPlaceholderData} room={room} open={open} />)}
        </Answer>
      </Panel>
      {rfm.data && rfm.data.buyers > 0 && <RfmGrid rfm={rfm.data} room={room} open={open} />}
      {behind && <BehindDrawer behind={behind} onClose={() => open(null)} />}
    </div>
  );
}

type ClassesProps = { rfm: Rfm; busy: boolean; room: Room; open: (behind: Behind) => void };

function Classes({ rfm, busy, room, open }: ClassesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const within = rfm.channel ? t("value.rfm.within.in_channel", { name: rfm.channel }) : rfm.category ? t("value.rfm.within.in_category", { name: rfm.category }) : "";
  const most = Math.max(1, ...rfm.classes.map((one) => one.members));
  const name = (one: Class) => t(`value.rfm.class.${one.class as "important_value"}`);
  const opens = (one: Class) => (
    <Opens room={room} rfm={rfm} condition={one.condition} cell={`class:${one.class}`} title={name(one)} open={open}>
      {name(one)}
    </Opens>
  );
  const level = (high: boolean) => <Badge tone={high ? "accent" : "plain"}>{t(high ? "value.rfm.high" : "value.rfm.low")}</Badge>;
  return (
    <>
      <p className="value-rule">
        {t("value.rfm.rule", { r: rfm.cuts.r, f: rfm.cuts.f, m: format.money(rfm.cuts.m) })} {within}
      </p>
      <DataTable
        caption={t("value.rfm.classes")}
        busy={busy}
        rows={rfm.classes}
        rowKey={(one) => one.class}
        columns={[
          { key: "class", head: t("value.rfm.class_head"), phone: "title", cell: opens },
          { key: "r", head: t("value.rfm.head.r"), cell: (one) => level(one.high_r) },
          { key: "f", head: t("value.rfm.head.f"), cell: (one) => level(one.high_f) },
          { key: "m", head: t("value.rfm.head.m"), cell: (one) => level(one.high_m) },
          { key: "bar", head: "", width: "22%", phone: "none", cell: (one) => <ShareBar part={one.members} of={most} color="var(--accent)" /> },
          { key: "members", head: t("value.rfm.members"), align: "end", cell: (one) => <strong>{format.count(one.members)}</strong> },
          { key: "share", head: t("value.rfm.share"), align: "end", cell: (one) => format.share(one.members, rfm.buyers) },
          { key: "money", head: t("value.rfm.money"), align: "end", cell: (one) => format.money(one.money) },
          { key: "sales", head: t("value.rfm.money_share"), align: "end", cell: (one) => format.share(one.money.minor, rfm.money.minor) },
        ]}
      />
      <p className="value-foot value-rule">
        <Files small name="rfm" query={{ ...rfmOf(room.state), window: room.state.window }} />
      </p>
    </>
  );
}
