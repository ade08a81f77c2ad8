/** Of all purchases, or within one channel or category: what RFM is asked of, and how members of its cells open. */
import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Rfm } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import type { Behind } from "../metrics/queries";
import { listOf } from "./list-of";
import { useRfmWithin } from "./queries";
import { rfmOf, type Room } from "./room-state";

const KINDS = ["channel", "category"] as const;

/** The choices are counted when somebody looks at them: that takes a pass over every line. */
export function WithinChoice({ room }: { room: Room }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { state, change } = room;
  const [looked, setLooked] = useState(false);
  const found = useRfmWithin(state.window, looked);
  const named = (kind: (typeof KINDS)[number], name: string, buyers?: number) => {
    const label = t(`value.rfm.within.of.${kind}`, { name });
    return { value: `${kind}:${name}`, label: buyers === undefined ? label : t("value.rfm.within.buyers", { name: label, n: format.count(buyers) }) };
  };
  const groups = KINDS.flatMap((kind) => {
    const choices = found.data?.[kind === "channel" ? "channels" : "categories"] ?? [];
    return choices.length === 0 ? [] : [{ label: t(`value.rfm.within.${kind}`), options: choices.map((one) => named(kind, one.name, one.buyers)) }];
  });
  const asked = rfmOf(state);
  const chosen = asked.channel ? named("channel", asked.channel) : asked.category ? named("category", asked.category) : null;
  const all = { value: "", label: t("value.rfm.within.all") };
  return (
    <span className="day-field">
      <label htmlFor="rfm-within">{t("value.rfm.within.label")}</label>
      <Select
        id="rfm-within"
        className="rfm-within"
        value={chosen?.value ?? ""}
        showSearch={{ optionFilterProp: "label" }}
        popupMatchSelectWidth={false}
        loading={found.isFetching}
        onOpenChange={(open) => open && setLooked(true)}
        onChange={(within) => change({ within })}
        options={groups.length > 0 ? [all, ...groups] : chosen ? [all, chosen] : [all]}
        notFoundContent={t("value.rfm.within.none")}
      />
    </span>
  );
}

type OpensProps = { room: Room; rfm: Rfm; condition: string | null | undefined; cell: string; title: string; label?: string; children: ReactNode; open: (behind: Behind) => void };

/** Opens the members of a cell: by the condition that tells them, else one by one. */
export function Opens({ room, rfm, condition, cell, title, label, children, open }: OpensProps) {
  if (condition) {
    return (
      <Link to={listOf(condition)} aria-label={label} title={label}>
        {children}
      </Link>
    );
  }
  return (
    <button type="button" className="number-open" aria-label={label} title={label} onClick={() => open({ metric: "rfm", title, query: { ...rfmOf(room.state), as_of: rfm.as_of, cell } })}>
      {children}
    </button>
  );
}
