/** The one door to the server: a typed client, the names of its answers, and its refusals as one error class. */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";
import { ApiError, problemOf } from "./problem";

export { ApiError, type Problem } from "./problem";
export { badRowsUrl, uploadImport } from "./imports";
export { saveSql } from "./sql";

type Answer<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;

export type Session = Answer<"/api/v1/session">;
export type Brand = Answer<"/api/v1/brand">;
export type LifecycleModel = Answer<"/api/v1/models">[number];
export type Stage = LifecycleModel["stages"][number];
export type Words = Stage["name"];
export type Overview = Answer<"/api/v1/overview">;
export type StageCounts = Answer<"/api/v1/models/{model}/stages">;
export type Flow = Answer<"/api/v1/models/{model}/flow">;
export type Daily = Answer<"/api/v1/models/{model}/daily">;
export type MemberRow = Answer<"/api/v1/members">["items"][number];
export type Money = MemberRow["money"];
export type MemberDetail = Answer<"/api/v1/members/{member}">;
export type RevealedValue = paths["/api/v1/members/{member}/reveal"]["post"]["responses"][200]["content"]["application/json"]["values"][number];
export type TimelineEntry = Answer<"/api/v1/members/{member}/timeline">["items"][number];
export type Explanation = Answer<"/api/v1/members/{member}/explain">;
export type Job = Answer<"/api/v1/jobs/{id}">;
export type Times = Answer<"/api/v1/models/{model}/times">;
export type Survival = Answer<"/api/v1/survival">;
export type Rfm = Answer<"/api/v1/value/rfm">;
export type ValueModels = Answer<"/api/v1/value/models">;
export type ValueHoldout = Answer<"/api/v1/value/holdout">;
export type ValueVersions = Answer<"/api/v1/value/versions">;
export type ValueWarnings = Answer<"/api/v1/value/warnings">;
export type ValueJudgement = Answer<"/api/v1/value/warnings/judgement">;
export type SuperUsers = Answer<"/api/v1/value/super-users">;
export type DeliveredValue = Answer<"/api/v1/value/delivered">;
export type ValueKinds = Answer<"/api/v1/value/kinds">;
export type LookAlikes = Answer<"/api/v1/value/look-alikes">;
export type SignalSettings = Answer<"/api/v1/signals">;
export type CustomerEquity = Answer<"/api/v1/value/equity">;
export type ValuePreview = Answer<"/api/v1/value/versions/{version}/preview">;
export type Repurchase = Answer<"/api/v1/metrics/repurchase">;
export type MetricBasis = Pick<Repurchase, "definition" | "definitions" | "from" | "to" | "as_of" | "data_up_to" | "known_at">;
export type Cohorts = Answer<"/api/v1/metrics/cohort">;
export type CohortRow = Cohorts["all"];
export type CohortCell = NonNullable<CohortRow["cells"][number]>;
export type Funnel = Answer<"/api/v1/metrics/funnel">;
export type Acquisition = Answer<"/api/v1/metrics/acquisition">;
export type Pareto = Answer<"/api/v1/metrics/pareto">;
export type Products = Answer<"/api/v1/metrics/products">;
export type FirstProducts = Answer<"/api/v1/metrics/first-product">;
export type Demand = Answer<"/api/v1/metrics/demand">;
export type DueProducts = Answer<"/api/v1/metrics/due">;
export type Contribution = Answer<"/api/v1/metrics/contribution">;
export type CrossTable = Answer<"/api/v1/metrics/cross">;
export type BasketSets = Answer<"/api/v1/metrics/baskets">;
export type Simulation = paths["/api/v1/metrics/simulate"]["post"]["responses"][200]["content"]["application/json"];
export type SimulatedScenario = Simulation["scenarios"][number];
export type SimulationRequest = paths["/api/v1/metrics/simulate"]["post"]["requestBody"]["content"]["application/json"];
export type MetricMembersQuery = NonNullable<paths["/api/v1/metrics/{metric}/members"]["get"]["parameters"]["query"]>;
export type Dashboard = Answer<"/api/v1/dashboards">[number];
export type SqlView = Answer<"/api/v1/sql/views">["items"][number];
export type SqlAnswer = paths["/api/v1/sql"]["post"]["responses"][200]["content"]["application/json"];
export type Policy = Answer<"/api/v1/policies">[number];
export type PolicyVersion = Answer<"/api/v1/policies/{model}/versions/{version}">;
export type PolicyChange = Answer<"/api/v1/policies/{model}/diff">[number];
type Trial = Answer<"/api/v1/policies/{model}/trials/{id}">;
export type PolicyPreview = NonNullable<Trial["preview"]>;
export type Backtest = NonNullable<Trial["backtest"]>;
export type Calibration = NonNullable<Trial["calibration"]>;
export type View = Answer<"/api/v1/views">[number];
export type Hits = Answer<"/api/v1/search">;
export type ConditionCatalog = Answer<"/api/v1/conditions/catalog">;
export type Understood = paths["/api/v1/conditions"]["post"]["responses"][200]["content"]["application/json"];
export type CatalogueEntry = Answer<"/api/v1/catalogue/{kind}">["entries"][number];
export type CatalogueEntryTold = Answer<"/api/v1/catalogue/{kind}/{id}">;
export type CatalogueImported = paths["/api/v1/catalogue/{kind}/import"]["post"]["responses"][200]["content"]["application/json"];
export type Import = ImportDetail["import"];
export type ImportDetail = Answer<"/api/v1/imports/{import}">;
export type ImportColumn = NonNullable<ImportDetail["found"]>["columns"][number];
export type ImportReading = NonNullable<ImportDetail["reading"]>;
export type ImportProblem = NonNullable<ImportDetail["dry_run"]>["first_bad"][number];
export type ImportUndo = Answer<"/api/v1/imports/{import}/undo">;
export type User = Answer<"/api/v1/users">[number];
export type AuditLine = Answer<"/api/v1/audit">["items"][number];
export type AuditQuery = NonNullable<paths["/api/v1/audit"]["get"]["parameters"]["query"]>;
export type HealthDetail = Answer<"/api/v1/health/detail">;
export type FieldDefinitions = Answer<"/api/v1/fields">;
export type FieldDefinition = FieldDefinitions["fields"][number];
export type KnownField = Answer<"/api/v1/members/{member}/profile">[number];
export type ConsentSettings = Answer<"/api/v1/consents">;
export type MemberConsent = Answer<"/api/v1/members/{member}/consents">[number];
export type JoinForm = Answer<"/api/v1/join-form">;
export type ConflictRow = Answer<"/api/v1/conflicts">["items"][number];
export type ConflictDetail = Answer<"/api/v1/conflicts/{member}/{other}">;
export type PeoplePreview = Answer<"/api/v1/members/{member}/merge">;
export type IdentityRules = Answer<"/api/v1/identity-rules">;
export type Resolution = "merge" | "keep_apart" | "block_value";
export type MembersQuery = NonNullable<paths["/api/v1/members"]["get"]["parameters"]["query"]>;
export type Source = Answer<"/api/v1/sources">[number];
export type NewSource = paths["/api/v1/sources"]["post"]["requestBody"]["content"]["application/json"];
export type SourceSecret = paths["/api/v1/sources"]["post"]["responses"][201]["content"]["application/json"];
export type EventSeen = Answer<"/api/v1/events">[number];
export type DeadLetterPage = Answer<"/api/v1/dead-letters">;
export type DeadLetter = DeadLetterPage["items"][number];
export type DeadLetterOpened = Answer<"/api/v1/dead-letters/{letter}">;
export type DeadLettersQuery = NonNullable<paths["/api/v1/dead-letters"]["get"]["parameters"]["query"]>;

const sameSite: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-Perennial", "1");
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
  },
  onError({ error }) {
    return new ApiError(0, { code: "network.unreachable" }, error);
  },
};

export const api = createClient<paths>({ baseUrl: typeof location === "undefined" ? "" : location.origin });
api.use(sameSite);

/** Takes the body out of an answer of the client; refusals were thrown before. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new ApiError(0, { code: "answer.empty" });
  return data;
}

/** The address of a finished job's file: a plain link, so that the browser streams it to disk. */
export const jobFileUrl = (id: string) => `/api/v1/jobs/${encodeURIComponent(id)}/file`;

/** Documents and trees: objects whose shape is the server's to say, which the schema leaves open. */
export const asObject = (value: object) => value as Record<string, never>;

/** The address of the audit trail's export. */
export function auditExportUrl(query: AuditQuery): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, String(value));
  return `/api/v1/audit/export?${search}`;
}

/** The address of a metric's table as a file: a plain link, so that the browser saves it. */
export function metricExportUrl(metric: string, query: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
  return `/api/v1/metrics/${metric}/export?${search}`;
}

/** The address of a list or table of value as a file. */
export function valueExportUrl(name: "rfm" | "warnings" | "equity" | "super-users" | "kinds" | "delivered" | "look-alikes", query: Record<string, string>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
  return `/api/v1/value/${name}/export?${search}`;
}
