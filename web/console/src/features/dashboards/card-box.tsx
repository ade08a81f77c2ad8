/** One card: a room as it is by the card's address, without what the room is operated by. */
import { Button, Input, Select, Tooltip } from "antd";
import { ArrowDown, ArrowUp, ExternalLink, Maximize2, Minimize2, Trash2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState, type ComponentType, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { PanelScope } from "@perennial/ui";
import { Loading } from "../../app/states";
import { GivenAddressContext } from "../../url/url-state";
import { addressOf, isDated, LAST_DAYS, PATHS, ROOMS, type Card, type CardRoom } from "./cards";

const ROOM: Record<CardRoom, ComponentType> = {
  overview: lazy(async () => ({ default: (await import("../overview/overview-page")).OverviewPage })),
  lifecycle: lazy(async () => ({ default: (await import("../lifecycle/lifecycle-page")).LifecyclePage })),
  metrics: lazy(async () => ({ default: (await import("../metrics/metrics-page")).MetricsPage })),
  sql: lazy(async () => ({ default: (await import("../sql/sql-page")).SqlPage })),
  value: lazy(async () => ({ default: (await import("../value/value-page")).ValuePage })),
};

export type Edit = { change: (by: Partial<Card>) => void; move: (by: number) => void; remove: () => void; first: boolean; last: boolean };

export function CardBox({ card, at, today, edit }: { card: Card; at: number; today: string; edit?: Edit }) {
  const { t } = useTranslation();
  const room = ROOMS.find((one) => one === card.room);
  const address = useMemo(() => addressOf(card, today), [card, today]);
  if (!room) return null;
  const name = t(`shell.nav.${room}`);
  const Shown = ROOM[room];
  return (
    <section className={card.wide ? "board-card wide" : "board-card"} aria-label={card.title || name} data-testid={`card-${at}`}>
      <header className="board-card-head">
        {edit ? <Tools card={card} name={name} edit={edit} /> : card.title && <h2>{card.title}</h2>}
        <Link className="board-card-open" to={`${PATHS[room]}?${address.toString()}`} aria-label={t("dashboards.open", { name })} title={t("dashboards.open", { name })}>
          <ExternalLink size={15} aria-hidden="true" />
        </Link>
      </header>
      <Inside key={address.toString()} address={address} scope={`card-${at}-`}>
        <Suspense fallback={<Loading rows={6} />}>
          <Shown />
        </Suspense>
      </Inside>
    </section>
  );
}

/** What is chosen inside a card holds until it is left. */
function Inside({ address, scope, children }: { address: URLSearchParams; scope: string; children: ReactNode }) {
  const [search, change] = useState(address);
  const given = useMemo(() => ({ search, change }), [search]);
  return (
    <GivenAddressContext value={given}>
      <PanelScope value={scope}>{children}</PanelScope>
    </GivenAddressContext>
  );
}

function Tools({ card, name, edit }: { card: Card; name: string; edit: Edit }) {
  const { t } = useTranslation();
  const periods = [{ value: 0, label: t("dashboards.as_pinned") }, ...LAST_DAYS.map((n) => ({ value: n, label: t("dashboards.last", { n }) }))];
  const icon = (label: string, Icon: typeof ArrowUp, onClick: () => void, disabled = false) => (
    <Tooltip title={label}>
      <Button size="small" type="text" aria-label={label} icon={<Icon size={15} aria-hidden="true" />} onClick={onClick} disabled={disabled} />
    </Tooltip>
  );
  return (
    <div className="board-tools">
      <Input
        size="small"
        maxLength={80}
        aria-label={t("dashboards.card_title")}
        placeholder={name}
        value={card.title}
        onChange={(event) => edit.change({ title: event.target.value })}
      />
      {isDated(card) && (
        <Select
          size="small"
          aria-label={t("dashboards.period")}
          value={card.last_days ?? 0}
          options={periods}
          popupMatchSelectWidth={false}
          onChange={(days) => edit.change({ last_days: days || undefined })}
        />
      )}
      <span className="board-moves">
        {icon(t("dashboards.up"), ArrowUp, () => edit.move(-1), edit.first)}
        {icon(t("dashboards.down"), ArrowDown, () => edit.move(1), edit.last)}
        {card.wide
          ? icon(t("dashboards.half"), Minimize2, () => edit.change({ wide: false }))
          : icon(t("dashboards.wide"), Maximize2, () => edit.change({ wide: true }))}
        {icon(t("dashboards.remove"), Trash2, edit.remove)}
      </span>
    </div>
  );
}
