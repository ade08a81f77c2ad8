import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@perennial/api-client";
import { Badge, Panel } from "@perennial/ui";
import { Answer, Failure } from "../../app/states";
import { useFormat } from "../../app/words";
import { SESSIONS, useChange, useSessions } from "./queries";

export function Sessions() {
  const { t } = useTranslation();
  const format = useFormat();
  const sessions = useSessions();
  const end = useChange((session: string) => api.DELETE("/api/v1/sessions/{session}", { params: { path: { session } } }), SESSIONS);
  const endOthers = useChange(() => api.DELETE("/api/v1/sessions"), SESSIONS);
  const others = sessions.data?.some((session) => !session.current);
  return (
    <Panel
      flush
      title={t("settings.sessions.title")}
      note={t("settings.sessions.note")}
      actions={
        others && (
          <Button loading={endOthers.isPending} onClick={() => endOthers.mutate(undefined)}>
            {t("settings.sessions.end_others")}
          </Button>
        )
      }
    >
      {(end.error ?? endOthers.error) && <Failure error={end.error ?? endOthers.error} />}
      <Answer of={sessions} rows={2}>
        {(list) => (
          <>
            {list.map((session) => (
              <div key={session.id} className="settings-line" data-testid="session">
                <div>
                  {browserOf(session.agent) || t("settings.sessions.unknown")} {session.current && <Badge tone="accent">{t("settings.sessions.current")}</Badge>}
                  <p>
                    {t("settings.sessions.times", { from: format.instant(session.created_at), until: format.instant(session.expires_at) })}
                  </p>
                </div>
                {!session.current && (
                  <Button size="small" onClick={() => end.mutate(session.id)}>
                    {t("settings.sessions.end")}
                  </Button>
                )}
              </div>
            ))}
          </>
        )}
      </Answer>
    </Panel>
  );
}

/** The browser and system out of what a browser calls itself. */
function browserOf(agent: string) {
  const browser = /(Edg|OPR|Firefox|MicroMessenger|Chrome|Safari)\/[\d.]+/.exec(agent)?.[1];
  const system = /\((?:[^;)]*; )?(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(agent)?.[1] ?? /(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(agent)?.[1];
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", MicroMessenger: "WeChat" };
  return [browser && (names[browser] ?? browser), system].filter(Boolean).join(" · ") || agent;
}
