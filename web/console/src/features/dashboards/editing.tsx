/** Putting a dashboard together: nothing is kept until it is said so. */
import { Button, Checkbox, Dropdown, Input } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Failure } from "../../app/states";
import { CardBox } from "./card-box";
import { CARDS_MAX, changed, moved, OFFERED, type Card } from "./cards";
import { useKeepDashboard } from "./queries";

/** A card keeps its key while others move around it. */
type Draft = { key: number; card: Card };

export function Editing({ of, today, onDone }: { of?: Dashboard; today: string; onDone: (kept?: Dashboard) => void }) {
  const { t } = useTranslation();
  const keep = useKeepDashboard();
  const [name, setName] = useState(of?.name ?? "");
  const [shared, setShared] = useState(of?.shared ?? false);
  const [drafts, setDrafts] = useState<Draft[]>(() => (of?.cards ?? []).map((card, key) => ({ key, card })));
  const cards = drafts.map((draft) => draft.card);
  const add = (card: Card) => setDrafts((before) => [...before, { key: Math.max(-1, ...before.map((draft) => draft.key)) + 1, card }]);
  const move = (at: number, by: number) => {
    const order = moved(cards, at, by);
    setDrafts((before) => order.map((card) => before.find((draft) => draft.card === card)!));
  };
  const change = (at: number, by: Partial<Card>) => setDrafts((before) => before.map((draft, place) => ({ ...draft, card: changed(cards, at, by)[place]! })));
  const save = () => keep.mutate({ of, name: name.trim(), shared, cards }, { onSuccess: onDone });
  return (
    <>
      <div className="board-edit">
        <label htmlFor="board-name">{t("dashboards.name")}</label>
        <Input id="board-name" maxLength={80} value={name} autoFocus={!of} onChange={(event) => setName(event.target.value)} />
        <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>
          {t("dashboards.share")}
        </Checkbox>
        <span className="board-edit-end">
          <Dropdown
            trigger={["click"]}
            disabled={cards.length >= CARDS_MAX}
            menu={{ items: OFFERED.map(({ key }) => ({ key, label: t(`dashboards.offered.${key}`) })), onClick: ({ key }) => add(OFFERED.find((one) => one.key === key)!.card) }}
          >
            <Button icon={<Plus size={15} aria-hidden="true" />}>{t("dashboards.add")}</Button>
          </Dropdown>
          <Button onClick={() => onDone()}>{t("shell.cancel")}</Button>
          <Button type="primary" disabled={name.trim() === ""} loading={keep.isPending} onClick={save}>
            {t("dashboards.keep")}
          </Button>
        </span>
      </div>
      {keep.error && <Failure error={keep.error} />}
      {drafts.length === 0 && (
        <Panel>
          <Empty title={t("dashboards.no_cards")}>{t("dashboards.teach")}</Empty>
        </Panel>
      )}
      <div className="board">
        {drafts.map(({ key, card }, at) => (
          <CardBox
            key={key}
            card={card}
            at={at}
            today={today}
            edit={{
              change: (by) => change(at, by),
              move: (by) => move(at, by),
              remove: () => setDrafts((before) => before.filter((_, place) => place !== at)),
              first: at === 0,
              last: at === drafts.length - 1,
            }}
          />
        ))}
      </div>
    </>
  );
}
