import { useTranslation } from "react-i18next";
import type { Source } from "@perennial/api-client";
import { Panel } from "@perennial/ui";
import { Copyable } from "./copyable";
import { addressOf } from "./kinds";

/** What to tell the sender: the address, and for an app the lines that set up its library. */
export function HowToConnect({ source }: { source: Source }) {
  const { t } = useTranslation();
  const address = addressOf(source, location.origin);
  const segment = source.kind === "segment";
  return (
    <Panel id="source-how" title={t("sources.how.title")} note={t(segment ? "sources.how.segment" : "sources.how.hook")}>
      <p className="source-address">
        <Copyable text={address} />
      </p>
      {segment && (
        <pre className="source-code" tabIndex={0}>
          <code>{snippet(address)}</code>
        </pre>
      )}
    </Panel>
  );
}

const snippet = (host: string) =>
  [
    `import { Analytics } from "@segment/analytics-node";`,
    ``,
    `const analytics = new Analytics({ writeKey: process.env.WRITE_KEY, host: "${host}" });`,
    `analytics.identify({ userId: "88001", traits: { email: "…", phone: "…" } });`,
    `analytics.track({ userId: "88001", event: "Order Completed", properties: { order_id: "A1", revenue: 25 } });`,
  ].join("\n");
