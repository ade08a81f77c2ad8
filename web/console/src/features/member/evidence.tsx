/** The facts an explanation rests on, newest first; of a long row only the first stand there until asked for. */
import { useState } from "react";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { Explanation } from "@perennial/api-client";
import { shortKeys } from "@perennial/ui";
import { useFormat } from "../../app/words";
import { useIdentityType } from "../people/identity-type";
import { useConsentName } from "./consent-name";

type Piece = Explanation["evidence"][number];

/** As many as fit beside the values. */
const SHOWN = 10;

export function Evidence({ evidence }: { evidence: Piece[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const newest = [...evidence].reverse();
  const shown = all ? newest : newest.slice(0, SHOWN);
  return (
    <>
      {evidence.length === 0 && <p className="soft">{t("member.explain.evidence_none")}</p>}
      <ul className="evidence">
        {shown.map((piece) => (
          <li key={piece.fact} title={`${piece.summary}\n${piece.fact}`}>
            <time dateTime={piece.day}>{format.day(piece.day)}</time>
            <Fact piece={piece} />
          </li>
        ))}
      </ul>
      {evidence.length > SHOWN && (
        <Button type="link" size="small" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t("member.explain.evidence_less") : t("member.explain.evidence_all", { n: format.count(evidence.length) })}
        </Button>
      )}
    </>
  );
}

/** Kinds whose summary is an order or the brand's own word; the others' are words of the journal, which nobody needs to know. */
const ORDERS = { "order.updated": "updated_order", "order.cancelled": "cancelled_order", "order.refunded": "refunded_order" } as const;

function Fact({ piece }: { piece: Piece }) {
  const { t } = useTranslation();
  const identity = useIdentityType();
  const consent = useConsentName();
  const order = piece.kind in ORDERS && ORDERS[piece.kind as keyof typeof ORDERS];
  if (order) return <span>{`${t(`member.explain.fact.${order}`)} · ${shortKeys(piece.summary)}`}</span>;
  if (piece.kind === "member.updated") {
    return <span>{piece.summary === "registered" ? t("member.timeline.kind.member_registered") : t("member.explain.fact.updated")}</span>;
  }
  if (piece.kind === "identity.attached") return <span>{t("member.explain.fact.identity", { type: identity(piece.summary) })}</span>;
  if (piece.kind === "consent.given" || piece.kind === "consent.withdrawn") {
    const [purpose = "", channel = ""] = piece.summary.split(" · ");
    const kind = piece.kind === "consent.given" ? "consent_given" : "consent_withdrawn";
    return <span>{`${t(`member.timeline.kind.${kind}`)} · ${consent({ purpose, channel })}`}</span>;
  }
  return <span>{shortKeys(piece.summary) || t("member.explain.fact.system")}</span>;
}
