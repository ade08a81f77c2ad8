/** Members, orders, models and rooms in one box, by keyboard: arrows choose, Enter goes, Escape closes. */
import { Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body, type Hits } from "@perennial/api-client";
import { shortMember } from "@perennial/ui";
import { GROUPS } from "../../app/rooms";
import { useWords } from "../../app/words";
import { useStages } from "../lifecycle/models";

type Found = { key: string; to: string; name: string; more?: string; kind: string };

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const [chosen, setChosen] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(typed.trim()), 200);
    return () => clearTimeout(timer);
  }, [typed]);
  const hits = useQuery({
    queryKey: ["search", asked],
    queryFn: () => body(api.GET("/api/v1/search", { params: { query: { q: asked } } })),
    enabled: asked !== "",
    placeholderData: keepPreviousData,
  });
  const found = useFound(typed.trim(), asked === "" ? undefined : hits.data, asked);
  const at = Math.min(chosen, Math.max(found.length - 1, 0));
  const go = (one: Found | undefined) => {
    if (!one) return;
    onClose();
    void navigate(one.to);
  };
  const pressed = (event: React.KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setChosen((at + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(found[at]);
  };
  const settled = asked === typed.trim() && !hits.isFetching;
  return (
    <Modal open footer={null} closable={false} onCancel={onClose} title={t("search.title")} className="palette">
      <Input
        autoFocus
        size="large"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="palette-results"
        aria-activedescendant={found.length > 0 ? `palette-${at}` : undefined}
        aria-label={t("search.title")}
        placeholder={t("search.placeholder")}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={pressed}
      />
      <ul id="palette-results" className="palette-results" role="listbox" aria-label={t("search.results")} aria-busy={!settled || undefined}>
        {found.map((one, place) => (
          <li key={one.key} id={`palette-${place}`} role="option" aria-selected={place === at} onMouseMove={() => setChosen(place)} onClick={() => go(one)}>
            <span>{one.name}</span>
            {one.more && <span className="soft">{one.more}</span>}
            <span className="palette-kind">{one.kind}</span>
          </li>
        ))}
      </ul>
      {settled && asked !== "" && found.length === 0 && <p role="status">{t("search.none", { q: asked })}</p>}
      <p className="palette-hint">{t("search.hint")}</p>
    </Modal>
  );
}

function useFound(typed: string, hits: Hits | undefined, asked: string): Found[] {
  const { t } = useTranslation();
  const words = useWords();
  const stages = useStages();
  const wanted = typed.toLowerCase();
  const rooms = GROUPS.flatMap((group) => group.rooms)
    .map((room) => ({ key: `room ${room.key}`, to: room.to, name: t(`shell.nav.${room.key}`), kind: t("search.kind.room") }))
    .filter((room) => wanted === "" || room.name.toLowerCase().includes(wanted));
  if (!hits) return rooms;
  const members = hits.members.map((row) => ({
    key: row.member,
    to: `/members/${encodeURIComponent(row.member)}`,
    name: row.name ?? row.number ?? shortMember(row.member),
    more: `${row.number ?? shortMember(row.member)} · ${stages.of(row.stage).name}`,
    kind: t("search.kind.member"),
  }));
  const orders = hits.orders.flatMap((order) =>
    order.member === null
      ? []
      : [{ key: `order ${order.source} ${order.id}`, to: `/members/${encodeURIComponent(order.member)}`, name: order.id, more: order.source, kind: t("search.kind.order") }],
  );
  const rest = { key: "rest", to: `/members?${new URLSearchParams({ q: asked })}`, name: t("search.all", { n: hits.total }), kind: t("search.kind.member") };
  const models = hits.models.map((model) => ({
    key: `model ${model.id}`,
    to: `/lifecycle?${new URLSearchParams({ model: model.id })}`,
    name: words(model.name),
    more: model.id,
    kind: t("search.kind.model"),
  }));
  return [...members, ...(hits.total > members.length ? [rest] : []), ...orders, ...models, ...rooms];
}
