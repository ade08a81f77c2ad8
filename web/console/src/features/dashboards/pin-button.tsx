/** What a room shows, as a card of a dashboard: one of one's own, or a new one. */
import { Button, Dropdown, message } from "antd";
import { Pin } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { ApiError, type Dashboard } from "@perennial/api-client";
import { useMay } from "../session/queries";
import { CARDS_MAX, roomOf, type Card } from "./cards";
import { useDashboards, useKeepDashboard } from "./queries";

export function PinButton() {
  const location = useLocation();
  const may = useMay();
  const room = roomOf(location.pathname);
  if (!room || !may("read")) return null;
  return <PinCard card={{ room, query: location.search.slice(1), title: "", wide: true }} />;
}

/** Keeps a card as the server takes it. */
export function PinCard({ card }: { card: Card }) {
  const { t, i18n } = useTranslation();
  const all = useDashboards().data ?? [];
  const keep = useKeepDashboard();
  const [said, holder] = message.useMessage();
  const pin = (of?: Dashboard) =>
    keep.mutate(
      { of, name: of?.name ?? t("dashboards.first_name"), shared: of?.shared ?? false, cards: [...(of?.cards ?? []), card] },
      {
        onSuccess: (kept) => void said.success(t("dashboards.pinned", { name: kept.name })),
        onError: (error) => void said.error((error instanceof ApiError && error.detail(i18n.language)) || t("shell.error.failed.title")),
      },
    );
  const own = all.filter((one) => one.mine);
  const items = own.map((one) => ({ key: one.id, label: one.name, disabled: one.cards.length >= CARDS_MAX, onClick: () => pin(one) }));
  const first = { key: "new", label: t("dashboards.new"), onClick: () => pin() };
  return (
    <>
      {holder}
      <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: items.length ? [...items, { type: "divider" }, first] : [first] }}>
        <Button className="pin" size="small" type="text" icon={<Pin size={14} aria-hidden="true" />} loading={keep.isPending}>
          {t("dashboards.pin")}
        </Button>
      </Dropdown>
    </>
  );
}
