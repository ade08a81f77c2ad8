import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../app/words";
import { PAGE_SIZE } from "./queries";

export function Pages({ page, shown, total, onTurn }: { page: number; shown: number; total: number; onTurn: (page: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const from = (page - 1) * PAGE_SIZE + 1;
  const turn = (to: number) => {
    onTurn(to);
    window.scrollTo({ top: 0 });
  };
  return (
    <nav className="paging" aria-label={t("catalogue.paging")}>
      <span>{t("catalogue.page", { from: format.count(from), to: format.count(from + shown - 1), total: format.count(total) })}</span>
      <span className="paging-buttons">
        <Button disabled={page === 1} onClick={() => turn(page - 1)}>
          {t("catalogue.previous")}
        </Button>
        <Button disabled={page * PAGE_SIZE >= total} onClick={() => turn(page + 1)}>
          {t("catalogue.next")}
        </Button>
      </span>
    </nav>
  );
}
