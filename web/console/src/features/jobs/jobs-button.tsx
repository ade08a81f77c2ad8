/** The way to the background jobs, from every room; it says how many run. */
import { ListChecks } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { isRunning, useJobs } from "./queries";
import "./jobs.css";

const JobsDrawer = lazy(() => import("./jobs-drawer"));

export function JobsButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const running = useJobs().data?.filter(isRunning).length ?? 0;
  return (
    <>
      <button type="button" className="side-tool jobs-button" aria-haspopup="dialog" data-running={running || undefined} onClick={() => setOpen(true)}>
        <ListChecks size={17} strokeWidth={1.75} aria-hidden="true" />
        <span>{t("jobs.title")}</span>
        {running > 0 && <span className="jobs-running">{running}</span>}
      </button>
      {open && (
        <Suspense fallback={null}>
          <JobsDrawer onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
