/** RFM: the eight classes as a table, and quintiles of R by those of F as a grid. Every cell opens its members. */
import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Rfm } from "@perennial/api-client";
import { Badge, DataTable, Empty, Panel, ShareBar } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { listOf } from "./list-of";
import { useRfm } from "./queries";
import { RfmGrid } from "./rfm-grid";
import { CUTS, WINDOWS, type Room } from "./room-state";

type Class = Rfm["classes"][number];

export function RfmView({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change } = room;
  const rfm = useRfm(state.window, state.cut);
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
    </>
  );
  const note = rfm.data && t("value.rfm.note", { n: format.count(rfm.data.buyers), money: format.money(rfm.data.money), day: rfm.data.as_of });
  return (
    <div className="value-room">
      <Panel flush id="rfm-classes" title={t("value.rfm.classes")} note={note} actions={controls}>
        <Answer of={rfm} rows={9}>
          {(data) => (data.buyers === 0 ? <Empty title={t("value.rfm.none")}>{t("value.rfm.none_teach")}</Empty> : <Classes rfm={data} busy={rfm.isPlaceholderData} />)}
        </Answer>
      </Panel>
      {rfm.data && rfm.data.buyers > 0 && <RfmGrid rfm={rfm.data} />}
    </div>
  );
}

function Classes({ rfm, busy }: { rfm: Rfm; busy: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(1, ...rfm.classes.map((one) => one.members));
  const name = (one: Class) => t(`value.rfm.class.${one.class as "important_value"}`);
  const level = (high: boolean) => <Badge tone={high ? "accent" : "plain"}>{t(high ? "value.rfm.high" : "value.rfm.low")}</Badge>;
  return (
    <>
      <p className="value-rule">{t("value.rfm.rule", { r: rfm.cuts.r, f: rfm.cuts.f, m: format.money(rfm.cuts.m) })}</p>
      <DataTable
        caption={t("value.rfm.classes")}
        busy={busy}
        rows={rfm.classes}
        rowKey={(one) => one.class}
        columns={[
          { key: "class", head: t("value.rfm.class_head"), phone: "title", cell: (one) => <Link to={listOf(one.condition)}>{name(one)}</Link> },
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
    </>
  );
}
