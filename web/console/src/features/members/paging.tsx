/** Pages by the server's cursor. Going back is the browser's own way back, or the first page. */
import { Button } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MembersQuery } from "@perennial/api-client";
import { useFormat } from "../../app/words";
import { FROM_START, type ListState } from "./list-state";
import { PAGE_SIZE } from "./queries";

type Props = {
  page: { items: readonly unknown[]; next: string | null; total: number };
  state: ListState;
  onChange: (by: Partial<ListState>) => void;
};

export type Cursor = NonNullable<MembersQuery["cursor"]>;

export function Paging({ page, state, onChange }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const seen = useRef(new Map<number, Cursor>([[1, ""]]));
  useEffect(() => {
    seen.current.set(state.page, state.cursor);
  }, [state.page, state.cursor]);
  const from = (state.page - 1) * PAGE_SIZE + 1;
  const turn = (by: Partial<ListState>) => {
    onChange(by);
    window.scrollTo({ top: 0 });
  };
  const back = () => {
    const cursor = seen.current.get(state.page - 1);
    turn(cursor === undefined ? FROM_START : { cursor, page: state.page - 1 });
  };
  return (
    <nav className="paging" aria-label={t("members.paging")}>
      <span>
        {t("members.page", {
          from: format.count(from),
          to: format.count(from + page.items.length - 1),
          total: format.count(page.total),
        })}
      </span>
      <span className="paging-buttons">
        {state.page > 2 && <Button onClick={() => turn(FROM_START)}>{t("members.first_page")}</Button>}
        <Button disabled={state.page === 1} onClick={back}>
          {t("members.previous")}
        </Button>
        <Button disabled={page.next === null} onClick={() => turn({ cursor: page.next ?? "", page: state.page + 1 })}>
          {t("members.next")}
        </Button>
      </span>
    </nav>
  );
}
