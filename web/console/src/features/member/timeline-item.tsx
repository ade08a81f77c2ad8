/** One line of the timeline. A reconstructed, corrected or withdrawn decision never looks like a recorded one. */
import { useTranslation } from "react-i18next";
import type { TimelineEntry } from "@perennial/api-client";
import { Badge, shortKeys } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { useStages } from "../lifecycle/models";
import { StageChange } from "../lifecycle/stage-change";
import { useConsentName } from "./consent-name";
import { isDecision, type Entry, type Mark } from "./timeline-days";

const TONES: Partial<Record<Mark, "accent" | "warn" | "danger">> = {
  late: "warn",
  correction: "warn",
  superseded: "danger",
  retracted: "danger",
  reactivated: "accent",
};

/** Channels with a name of their own here; any other is shown as the source calls it. */
/** Names of things bought that fit on a line. */
const PRODUCTS_SHOWN = 3;
const CHANNELS = ["store", "tmall", "taobao", "jd", "douyin", "youzan", "mini_program", "web", "app", "pos"] as const;

export function TimelineItem({ entry, marks, lateDays, dimmed }: Entry) {
  const { t } = useTranslation();
  const format = useFormat();
  const className = ["timeline-item", isDecision(entry) ? "decision" : "fact", dimmed && "dimmed"].filter(Boolean).join(" ");
  const reconstructed = marks.includes("reconstructed");
  const time = format.time(entry.at);
  /** Time alone has no hour, nor has history that came with days only. */
  const timeless = reconstructed || entry.origin === "timer" || (entry.origin === "backfill" && time === "00:00");
  const recorded = entry.recorded_at ? format.instant(entry.recorded_at) : "";
  return (
    <li className={reconstructed ? `${className} reconstructed` : className}>
      <span className="timeline-time">{timeless ? "" : time}</span>
      <span className="timeline-body">
        <span className="timeline-kind">{t(`member.timeline.kind.${kindKey(entry.kind)}`)}</span>
        {entry.change && <Change change={entry.change} />}
        {entry.consent && <ConsentSaid consent={entry.consent} />}
        {entry.order && <Order order={entry.order} refund={entry.kind === "order.refunded"} />}
      </span>
      <span className="timeline-marks">
        {marks.map((mark) => (
          <Badge key={mark} tone={TONES[mark]} title={t(`member.timeline.origin_hint.${mark}`, { instant: recorded })}>
            {t(`member.timeline.origin.${mark}`, { n: format.count(lateDays) })}
          </Badge>
        ))}
        {(marks.includes("late") || marks.includes("correction")) && (
          <small>{t("member.timeline.recorded", { instant: recorded })}</small>
        )}
      </span>
    </li>
  );
}

function Change({ change }: { change: NonNullable<TimelineEntry["change"]> }) {
  const { t } = useTranslation();
  const stages = useStages(change.model);
  return (
    <span title={t("member.timeline.policy", { n: change.policy_version })}>
      <StageChange from={change.from} to={change.to} stages={stages} />
    </span>
  );
}

function ConsentSaid({ consent }: { consent: NonNullable<TimelineEntry["consent"]> }) {
  const { t } = useTranslation();
  const name = useConsentName();
  return (
    <span className="soft">
      {name(consent)}
      {consent.text_version !== null && ` · ${t("profile.consents.text", { n: consent.text_version })}`}
    </span>
  );
}

function Order({ order, refund }: { order: NonNullable<TimelineEntry["order"]>; refund: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channel = CHANNELS.find((one) => one === order.channel);
  const place = order.store_name ?? order.store ?? (channel ? t(`member.channel.${channel}`) : order.channel);
  const products = order.products.slice(0, PRODUCTS_SHOWN).map((one) => one.name ?? one.sku).filter(Boolean).join(" / ");
  return (
    <>
      <strong className="timeline-amount">
        {refund && "−"}
        {format.money(order.amount)}
      </strong>
      <span className="soft" title={order.id}>
        {t("member.timeline.order", { count: order.items, id: shortKeys(order.id), items: format.count(order.items) })}
        {place && ` · ${place}`}
        {products && ` · ${products}`}
      </span>
    </>
  );
}

type KindKey<K extends string> = K extends `${infer A}.${infer B}` ? `${A}_${B}` : K;
const kindKey = <K extends TimelineEntry["kind"]>(kind: K) => kind.replace(".", "_") as KindKey<K>;
