/** Dashboards: cards of rooms, put together for oneself or for all, to look at, to print. */
import { Button, Popconfirm, Select } from "antd";
import { PencilLine, Plus, Printer, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Dashboard } from "@perennial/api-client";
import { Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { usePageTitle } from "../../app/words";
import { text, useUrlState } from "../../url/url-state";
import { useBrand } from "../session/queries";
import { CardBox } from "./card-box";
import { Editing } from "./editing";
import { useDashboards, useDropDashboard } from "./queries";
import "./dashboards.css";

const STATE = { id: text() };

export function DashboardsPage() {
  const { t } = useTranslation();
  const all = useDashboards();
  const brand = useBrand();
  const [state, change] = useUrlState<{ id: string }>(STATE);
  const [editing, edit] = useState<Dashboard | "new" | null>(null);
  const shown = all.data?.find((one) => one.id === state.id) ?? all.data?.[0];
  usePageTitle(shown ? shown.name : t("dashboards.title"));
  const done = (kept?: Dashboard) => {
    edit(null);
    if (kept) change({ id: kept.id });
  };
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{shown && !editing ? shown.name : t("dashboards.title")}</h1>
          {shown && !editing && <p>{shown.mine ? t(shown.shared ? "dashboards.shared" : "dashboards.private") : t("dashboards.by", { who: shown.who })}</p>}
          {shown && brand.data && <p className="print-only">{t("dashboards.printed", { brand: brand.data.name, day: brand.data.today })}</p>}
        </div>
        {!editing && <Head all={all.data ?? []} shown={shown} onShow={(id) => change({ id })} onEdit={edit} />}
      </div>
      <Answer of={all} rows={12}>
        {() => (
          <Answer of={brand} rows={12}>
            {({ today }) => {
              if (editing) return <Editing of={editing === "new" ? undefined : editing} today={today} onDone={done} />;
              return shown ? <Cards of={shown} today={today} onEdit={() => edit(shown)} /> : <None onNew={() => edit("new")} />;
            }}
          </Answer>
        )}
      </Answer>
    </>
  );
}

function Cards({ of, today, onEdit }: { of: Dashboard; today: string; onEdit: () => void }) {
  const { t } = useTranslation();
  if (of.cards.length === 0)
    return (
      <Panel>
        <Empty title={t("dashboards.no_cards")} action={of.mine && <Button onClick={onEdit}>{t("dashboards.edit")}</Button>}>
          {t("dashboards.teach")}
        </Empty>
      </Panel>
    );
  return (
    <div className="board">
      {of.cards.map((card, at) => (
        <CardBox key={`${of.id}-${at}-${card.room}-${card.query}`} card={card} at={at} today={today} />
      ))}
    </div>
  );
}

function None({ onNew }: { onNew: () => void }) {
  const { t } = useTranslation();
  return (
    <Panel>
      <Empty title={t("dashboards.none")} action={<Button type="primary" onClick={onNew}>{t("dashboards.new")}</Button>}>
        {t("dashboards.teach")}
      </Empty>
    </Panel>
  );
}

type HeadProps = { all: Dashboard[]; shown?: Dashboard; onShow: (id: string) => void; onEdit: (of: Dashboard | "new") => void };

function Head({ all, shown, onShow, onEdit }: HeadProps) {
  const { t } = useTranslation();
  const drop = useDropDashboard();
  if (!shown) return null;
  return (
    <div className="board-head">
      <Select
        aria-label={t("dashboards.choose")}
        value={shown.id}
        onChange={onShow}
        popupMatchSelectWidth={false}
        options={all.map((one) => ({ value: one.id, label: one.mine ? one.name : t("dashboards.of", { name: one.name, who: one.who }) }))}
      />
      <Button icon={<Printer size={15} aria-hidden="true" />} onClick={() => window.print()}>
        {t("dashboards.print")}
      </Button>
      {shown.mine && (
        <>
          <Button icon={<PencilLine size={15} aria-hidden="true" />} onClick={() => onEdit(shown)}>
            {t("dashboards.edit")}
          </Button>
          <Popconfirm title={t("dashboards.delete_sure", { name: shown.name })} okText={t("dashboards.delete")} cancelText={t("shell.cancel")} onConfirm={() => drop.mutate(shown.id)}>
            <Button icon={<Trash2 size={15} aria-hidden="true" />} aria-label={t("dashboards.delete")} title={t("dashboards.delete")} loading={drop.isPending} />
          </Popconfirm>
        </>
      )}
      <Button type="primary" icon={<Plus size={15} aria-hidden="true" />} onClick={() => onEdit("new")}>
        {t("dashboards.new")}
      </Button>
    </div>
  );
}
