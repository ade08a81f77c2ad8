/** Small shared pieces without words of their own; every text comes in as a property. */
import { createContext, useContext, type CSSProperties, type ReactNode } from "react";

/** Put before the ids of panels, where one page shows the same panel twice. */
export const PanelScope = createContext("");

export function Panel(props: { title?: ReactNode; note?: ReactNode; actions?: ReactNode; flush?: boolean; children: ReactNode; id?: string }) {
  const scope = useContext(PanelScope);
  const id = props.id && scope + props.id;
  return (
    <section className="panel" aria-labelledby={props.title && id ? id : undefined}>
      {props.title && (
        <header className="panel-head">
          <div>
            <h2 id={id}>{props.title}</h2>
            {props.note && <p className="panel-note">{props.note}</p>}
          </div>
          {props.actions && <div className="panel-actions">{props.actions}</div>}
        </header>
      )}
      <div className={props.flush ? "panel-body flush" : "panel-body"}>{props.children}</div>
    </section>
  );
}

export function StageMark(props: { color: string; name: string; muted?: boolean }) {
  return (
    <span className={props.muted ? "stage-mark muted" : "stage-mark"}>
      <span className="stage-dot" style={{ "--stage": props.color } as CSSProperties} aria-hidden="true" />
      {props.name}
    </span>
  );
}

export function Stat(props: { label: string; value: ReactNode; hint?: ReactNode }) {
  return (
    <div className="stat">
      <dt>{props.label}</dt>
      <dd>
        <span className="stat-value">{props.value}</span>
        {props.hint && <span className="stat-hint">{props.hint}</span>}
      </dd>
    </div>
  );
}

/** An empty place that says what would fill it. */
export function Empty(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{props.title}</p>
      {props.children && <p>{props.children}</p>}
      {props.action && <div className="empty-action">{props.action}</div>}
    </div>
  );
}

export function Skeleton(props: { rows?: number; label: string; height?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={props.label} style={{ minHeight: props.height }}>
      {Array.from({ length: props.rows ?? 5 }, (_, row) => (
        <span key={row} style={{ width: `${[100, 92, 97, 84, 95][row % 5]}%` }} />
      ))}
    </div>
  );
}

export function Badge(props: { tone?: "plain" | "accent" | "warn" | "danger"; title?: string; children: ReactNode }) {
  return (
    <span className={`badge ${props.tone ?? "plain"}`} title={props.title}>
      {props.children}
    </span>
  );
}

/** A difference against an earlier count. Growth is not always good, so the colour stays quiet. */
export function Delta(props: { value: number; text: string }) {
  const tone = props.value === 0 ? "none" : props.value > 0 ? "up" : "down";
  return <span className={`delta ${tone}`}>{props.text}</span>;
}

export function ShareBar(props: { part: number; of: number; color: string }) {
  const width = props.of === 0 ? 0 : (props.part / props.of) * 100;
  return (
    <span className="share-bar" aria-hidden="true">
      <span style={{ width: `${width}%`, background: props.color }} />
    </span>
  );
}
