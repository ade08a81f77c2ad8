/** What each kind of source needs to be connected, and where it delivers to. */
import type { Source } from "@perennial/api-client";

export const KINDS = ["segment", "shopify", "woocommerce", "youzan", "douyin", "standard"] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds whose secret the shop gives out; the others get one of ours. */
export const GIVEN_SECRET: readonly Kind[] = ["shopify", "youzan", "douyin"];

/** The one setting a kind asks for besides its secret. */
export const SETTING: Partial<Record<Kind, "client_id" | "app_key">> = { youzan: "client_id", douyin: "app_key" };

export const kindOf = (source: Pick<Source, "kind">): Kind | undefined => KINDS.find((kind) => kind === source.kind);

/** The address to give to the sender. */
export function addressOf(source: Pick<Source, "kind" | "name">, origin: string): string {
  return source.kind === "segment" ? origin : `${origin}/webhooks/${encodeURIComponent(source.name)}`;
}

export function sum(source: Pick<Source, "days">, count: "accepted" | "repeated" | "refused"): number {
  return source.days.reduce((all, day) => all + day[count], 0);
}
