/** What happened and what was decided, newest first, page by page. */
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Empty, Panel } from "@perennial/ui";
import { Answer } from "../../app/states";
import { useFormat } from "../../app/words";
import { TimelineItem } from "./timeline-item";
import { keyOf, timelineDays, type Show } from "./timeline-days";
import { useTimeline } from "./queries";

const SHOWS: Show[] = ["all", "orders", "behaviours", "decisions"];

export function Timeline({ member }: { member: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [show, setShow] = useState<Show>("all");
  const timeline = useTimeline(member, show);
  return (
    <Panel
      id="member-timeline"
      title={t("member.timeline.title")}
      note={t("member.timeline.note")}
      actions={
        <Segmented
          aria-label={t("member.timeline.show")}
          value={show}
          onChange={setShow}
          options={SHOWS.map((value) => ({ value, label: t(`member.timeline.${value}`) }))}
        />
      }
    >
      <Answer of={timeline} rows={10}>
        {({ pages }) => {
          const days = timelineDays(pages.map((page) => page.items));
          if (days.length === 0 && !timeline.hasNextPage)
            return show === "all" ? <Empty title={t("member.timeline.none")}>{t("member.timeline.none_teach")}</Empty> : <Empty title={t("member.timeline.none_such")} />;
          return (
            <>
              <ol className="timeline">
                {days.map(({ day, entries }) => (
                  <li key={day} className="timeline-day">
                    <time dateTime={day}>{format.day(day)}</time>
                    <ol>
                      {entries.map((one) => (
                        <TimelineItem key={keyOf(one.entry)} {...one} />
                      ))}
                    </ol>
                  </li>
                ))}
              </ol>
              <div className="timeline-foot">
                {timeline.hasNextPage ? (
                  <Button loading={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
                    {t("member.timeline.older")}
                  </Button>
                ) : (
                  <span>{t("member.timeline.end")}</span>
                )}
              </div>
            </>
          );
        }}
      </Answer>
    </Panel>
  );
}
