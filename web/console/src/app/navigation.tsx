/** The way between rooms: groups at the side; on a phone the first rooms at the bottom and all of them behind "more". */
import { Drawer } from "antd";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useMay } from "../features/session/queries";
import { GROUPS, PHONE_ROOMS_MAX, type Group, type Room } from "./rooms";

/** The rooms somebody may enter; groups without one are left out. */
function useRooms() {
  const may = useMay();
  const groups = GROUPS.map((group) => ({ ...group, rooms: group.rooms.filter((room) => !room.need || may(room.need)) }));
  return groups.filter((group) => group.rooms.length > 0);
}

export function Navigation() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const shown = useRooms();
  const count = shown.reduce((sum, group) => sum + group.rooms.length, 0);
  return (
    <>
      <nav className="side-nav" aria-label={t("shell.nav.label")}>
        {shown.map((group) => (
          <RoomGroup key={group.key} group={group} named={shown.length > 1} />
        ))}
        {count > PHONE_ROOMS_MAX && (
          <button type="button" className="side-more" aria-haspopup="dialog" onClick={() => setOpen(true)}>
            <Ellipsis size={17} strokeWidth={1.75} aria-hidden="true" />
            <span>{t("shell.nav.more")}</span>
          </button>
        )}
      </nav>
      <Drawer placement="bottom" size="auto" open={open} onClose={close} title={t("shell.nav.more")} rootClassName="more-rooms">
        {shown.map((group) => (
          <RoomGroup key={group.key} group={group} named onGo={close} />
        ))}
      </Drawer>
    </>
  );
}

function RoomGroup({ group, named, onGo }: { group: Group; named: boolean; onGo?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="room-group">
      {named && <p className="room-group-name">{t(`shell.nav.group.${group.key}`)}</p>}
      {group.rooms.map((room) => (
        <RoomLink key={room.key} room={room} onGo={onGo} />
      ))}
    </div>
  );
}

function RoomLink({ room: { to, key, Icon }, onGo }: { room: Room; onGo?: () => void }) {
  const { t } = useTranslation();
  return (
    <NavLink to={to} end={to === "/"} onClick={onGo}>
      <Icon size={17} strokeWidth={1.75} aria-hidden="true" />
      <span>{t(`shell.nav.${key}`)}</span>
    </NavLink>
  );
}
