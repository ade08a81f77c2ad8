/** All imports, newest first, and the way to a new one. */
import { Badge, DataTable, Empty, Panel, type Column } from "@perennial/ui";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Import } from "@perennial/api-client";
import { Answer } from "../../app/states";
import { useFormat, usePageTitle } from "../../app/words";
import { text, useUrlState } from "../../url/url-state";
import { isMoving, useImports } from "./queries";
import { StateBadge } from "./state-badge";
import { Upload } from "./upload";
import "./imports.css";

const STATE = { cursor: text() };

export function ImportsPage() {
  const { t } = useTranslation();
  const [state, change] = useUrlState<{ cursor: string }>(STATE);
  const imports = useImports(state.cursor);
  const columns = useColumns();
  usePageTitle(t("imports.title"));
  return (
    <>
      <div className="room-head">
        <div className="room-title">
          <h1>{t("imports.title")}</h1>
          <p>{t("imports.lead")}</p>
        </div>
      </div>
      <Upload />
      <Panel flush>
        <Answer of={imports}>
          {(page) =>
            page.items.length === 0 ? (
              <Empty title={t("imports.empty.title")}>{t("imports.empty.body")}</Empty>
            ) : (
              <DataTable caption={t("imports.title")} columns={columns} rows={page.items} rowKey={(one) => String(one.import)} />
            )
          }
        </Answer>
        {(state.cursor || imports.data?.next) && (
          <nav className="imports-paging" aria-label={t("imports.paging")}>
            <Button disabled={!state.cursor} onClick={() => change({ cursor: "" })}>
              {t("imports.newest")}
            </Button>
            <Button disabled={!imports.data?.next} onClick={() => change({ cursor: imports.data?.next ?? "" })}>
              {t("imports.older")}
            </Button>
          </nav>
        )}
      </Panel>
    </>
  );
}

function useColumns(): Column<Import>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const number = (key: "new" | "updated" | "unchanged"): Column<Import> => ({
    key,
    head: t(`imports.count.${key}`),
    align: "end",
    cell: (one) => format.count(one[key]),
  });
  return [
    {
      key: "file",
      head: t("imports.file"),
      phone: "title",
      cell: (one) => (
        <Link to={`/imports/${one.import}`} className="import-file">
          {one.file}
        </Link>
      ),
    },
    {
      key: "state",
      head: t("imports.state_head"),
      cell: (one) => (
        <>
          <StateBadge state={one.state} /> {isMoving(one.state) && one.percent !== null && <span>{Math.floor(one.percent)}%</span>}
        </>
      ),
    },
    { key: "source", head: t("imports.source"), cell: (one) => one.source },
    { key: "started", head: t("imports.started"), cell: (one) => format.instant(one.started_at) },
    number("new"),
    number("updated"),
    number("unchanged"),
    {
      key: "bad",
      head: t("imports.count.bad"),
      align: "end",
      cell: (one) => (one.bad > 0 ? <Badge tone="warn">{format.count(one.bad)}</Badge> : format.count(0)),
    },
  ];
}
