/**
 * The contract of the HTTP API in the shape `openapi-typescript` gives it. Written by hand after docs/api-design.md until
 * docs/openapi.json exists; `npm run generate` then replaces this file. Nothing but index.ts reads it.
 */
type Json<T> = { headers: Record<string, unknown>; content: { "application/json": T } };
type Refused = { headers: Record<string, unknown>; content: { "application/problem+json": components["schemas"]["Problem"] } };
type Empty = { headers: Record<string, unknown>; content?: never };
type Get<T, Query = never, Path = never> = {
  get: {
    parameters: { query?: Query; header?: never; cookie?: never } & ([Path] extends [never] ? { path?: never } : { path: Path });
    requestBody?: never;
    responses: { 200: Json<T>; default: Refused };
  };
};
type Model = { model: string };
type Member = { member: string };
type Schemas = components["schemas"];

export interface paths {
  "/api/v1/session": Get<Schemas["Session"], never, never> & {
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody: { content: { "application/json": Schemas["SignIn"] } };
      responses: { 204: Empty; default: Refused };
    };
    delete: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 204: Empty; default: Refused };
    };
  };
  "/api/v1/brand": Get<Schemas["Brand"]>;
  "/api/v1/models": Get<Schemas["LifecycleModel"][]>;
  "/api/v1/overview": Get<Schemas["Overview"]>;
  "/api/v1/models/{model}/stages": Get<Schemas["StageCounts"], { as_of?: string; known_at?: string }, Model>;
  "/api/v1/models/{model}/flow": Get<Schemas["Flow"], { from: string; to: string }, Model>;
  "/api/v1/models/{model}/daily": Get<Schemas["Daily"], { from: string; to: string }, Model>;
  "/api/v1/members": Get<
    Schemas["MemberPage"],
    {
      stage?: string;
      model?: string;
      q?: string;
      sort?: "recency" | "orders" | "money" | "first";
      order?: "asc" | "desc";
      limit?: number;
      cursor?: string;
    }
  >;
  "/api/v1/members/{member}": Get<Schemas["MemberDetail"], never, Member>;
  "/api/v1/members/{member}/timeline": Get<Schemas["TimelinePage"], { limit?: number; cursor?: string }, Member>;
  "/api/v1/members/{member}/explain": Get<
    Schemas["Explanation"],
    { model?: string; as_of?: string; known_at?: string },
    Member
  >;
}

export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      code: string;
      detail?: string;
      detail_zh?: string;
      errors?: { pointer: string; code: string; detail: string; detail_zh?: string }[];
    };
    Words: { en: string; zh: string };
    Money: { minor: number; currency: string; scale: number };
    SignIn: { name: string; password: string };
    Session: { name: string; role: string };
    Brand: {
      name: string;
      time_zone: string;
      currency: string;
      scale: number;
      today: string;
      members: number;
      facts: number;
      first_purchase_on: string | null;
      last_purchase_on: string | null;
      data_up_to: string;
    };
    Stage: {
      id: string;
      group: string;
      name: Schemas["Words"];
      group_name: Schemas["Words"];
      when: string;
      sentence: Schemas["Words"];
    };
    LifecycleModel: { id: string; version: number; primary: boolean; name: Schemas["Words"]; stages: Schemas["Stage"][] };
    StageCounts: {
      as_of: string;
      model: string;
      members: number;
      members_with_more_than_one_life: number;
      buyers: number;
      stages: { [stage: string]: number };
      data_up_to: string;
    };
    Flow: {
      from: string;
      to: string;
      links: { from: string; to: string; members: number }[];
      arrived: { to: string; members: number }[];
      data_up_to: string;
    };
    Day: {
      day: string;
      in: { [stage: string]: number };
      out: { [stage: string]: number };
      members: { [stage: string]: number };
    };
    Daily: { days: Schemas["Day"][]; data_up_to: string };
    Overview: {
      brand: Schemas["Brand"];
      stages: Schemas["StageCounts"];
      week_ago: { as_of: string; stages: { [stage: string]: number } };
      movements: { day: string; from: string | null; to: string; members: number }[];
      recent: { member: string; at: string; from: string | null; to: string; name: string | null }[];
    };
    MemberRow: {
      member: string;
      name: string | null;
      number: string | null;
      stage: string;
      life: number;
      recency: number | null;
      f_life: number;
      f_total: number;
      money: Schemas["Money"];
      first_purchase_on: string | null;
      last_purchase_on: string | null;
    };
    MemberPage: { items: Schemas["MemberRow"][]; next: string | null; total: number };
    MemberDetail: {
      member: string;
      name: string | null;
      identities: { type: string; value: string; since: string }[];
      registered_on: string | null;
      stages: { [model: string]: { stage: string; life: number; since: string | null } };
      profile: { field: string; name: Schemas["Words"]; type: string; value: unknown }[];
      lives: { life: number; from: string; to: string | null; purchases: number; money: Schemas["Money"] }[];
    };
    TimelineEntry: {
      at: string;
      day: string;
      kind:
        | "order.placed"
        | "order.cancelled"
        | "order.refunded"
        | "member.registered"
        | "behaviour"
        | "stage.changed"
        | "stage.corrected";
      fact?: string | null;
      recorded_at?: string | null;
      origin: "live" | "backfill" | "timer" | "correction" | "retraction" | "reconstructed";
      retracted?: boolean;
      superseded_by?: string | null;
      order?: {
        source: string;
        id: string;
        amount: Schemas["Money"];
        items: number;
        channel: string | null;
        store: string | null;
        status: string;
      } | null;
      change?: {
        model: string;
        from: string | null;
        to: string;
        life: number;
        reactivated: boolean;
        policy_version: number;
        effect: string | null;
      } | null;
    };
    TimelinePage: { items: Schemas["TimelineEntry"][]; next: string | null; total: number };
    Explanation: {
      member: string;
      model: string;
      version: number;
      as_of: string;
      stage: string;
      life: number;
      rule: { text: string; sentence: Schemas["Words"] };
      values: { field: string; name: Schemas["Words"]; value: unknown; text: string }[];
      evidence: { fact: string; kind: string; day: string; summary: string }[];
      rejected: { stage: string; text: string; because: Schemas["Words"] }[];
      would_change: {
        kind: "wait" | "purchase";
        to: string;
        on: string | null;
        count: number | null;
        amount: Schemas["Money"] | null;
        sentence: Schemas["Words"];
      }[];
    };
  };
}
