import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body, type MetricMembersQuery, type SimulationRequest } from "@perennial/api-client";
import { addDays } from "@perennial/ui";
import type { RoomState } from "./room-state";

/** The period as the API takes it: the first day, and the first day after. */
export function periodOf({ from, to, as_of }: RoomState) {
  return { from: from ?? undefined, to: to ? addDays(to, 1) : undefined, as_of: as_of ?? undefined };
}

/** How many units after day 0 are shown, by unit. */
const PERIODS = { day: 30, week: 26, month: 12 };
const BRACKETS = { day: "1-7,8-14,15-30,31-60,61-90,91-180", week: "1-4,5-8,9-13,14-26,27-52", month: "1-3,4-6,7-12,13-24" };

export function cohortOf(state: RoomState) {
  const { by, count, start, rows, retention } = state;
  const columns = retention === "bracket" ? { brackets: BRACKETS[by] } : { retention, periods: PERIODS[by] };
  return { ...periodOf(state), by, count, start, rows, behaviour: state.behaviour || undefined, ...columns };
}

export function useRepurchase(state: RoomState) {
  const query = periodOf(state);
  return useQuery({
    queryKey: ["metrics", "repurchase", query],
    queryFn: () => body(api.GET("/api/v1/metrics/repurchase", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useCohorts(state: RoomState) {
  const query = cohortOf(state);
  return useQuery({
    queryKey: ["metrics", "cohort", query],
    queryFn: () => body(api.GET("/api/v1/metrics/cohort", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function useFunnel(state: RoomState) {
  const query = { ...periodOf(state), horizon_days: Number(state.horizon) };
  return useQuery({
    queryKey: ["metrics", "funnel", query],
    queryFn: () => body(api.GET("/api/v1/metrics/funnel", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const acquisitionOf = (state: RoomState) => ({ ...periodOf(state), by: state.acquired, horizon_days: Number(state.horizon) });

export function useAcquisition(state: RoomState) {
  const query = acquisitionOf(state);
  return useQuery({
    queryKey: ["metrics", "acquisition", query],
    queryFn: () => body(api.GET("/api/v1/metrics/acquisition", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export function usePareto(state: RoomState) {
  const query = periodOf(state);
  return useQuery({
    queryKey: ["metrics", "pareto", query],
    queryFn: () => body(api.GET("/api/v1/metrics/pareto", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const productsOf = (state: RoomState) => ({ ...periodOf(state), by: state.items });

export function useProducts(state: RoomState) {
  const query = productsOf(state);
  return useQuery({
    queryKey: ["metrics", "products", query],
    queryFn: () => body(api.GET("/api/v1/metrics/products", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const firstProductsOf = (state: RoomState) => ({ ...productsOf(state), horizon_days: Number(state.horizon) });

export function useFirstProducts(state: RoomState) {
  const query = firstProductsOf(state);
  return useQuery({
    queryKey: ["metrics", "first-product", query],
    queryFn: () => body(api.GET("/api/v1/metrics/first-product", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const dueOf = ({ as_of, items, item, times, ahead }: RoomState) => ({ as_of: as_of ?? undefined, by: items, item: item || undefined, times: Number(times), ahead: Number(ahead) });

export function useDue(state: RoomState) {
  const query = dueOf(state);
  return useQuery({
    queryKey: ["metrics", "due", query],
    queryFn: () => body(api.GET("/api/v1/metrics/due", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const demandOf = ({ as_of, items, item, weeks }: RoomState) => ({ as_of: as_of ?? undefined, by: items, item: item || undefined, weeks: Number(weeks) });

export function useDemand(state: RoomState) {
  const query = demandOf(state);
  return useQuery({
    queryKey: ["metrics", "demand", query],
    queryFn: () => body(api.GET("/api/v1/metrics/demand", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const basketsOf = (state: RoomState) => ({
  ...periodOf(state),
  items: state.items === "sku" ? "product" : "category",
  support: Number(state.support),
  confidence: Number(state.confidence),
});

export function useBaskets(state: RoomState) {
  const query = basketsOf(state);
  return useQuery({
    queryKey: ["metrics", "baskets", query],
    queryFn: () => body(api.GET("/api/v1/metrics/baskets", { params: { query } })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export const contributionOf = (state: RoomState) => ({ ...periodOf(state), by: state.groups });

export function useContribution(state: RoomState) {
  const query = contributionOf(state);
  return useQuery({
    queryKey: ["metrics", "contribution", query],
    queryFn: () => body(api.GET("/api/v1/metrics/contribution", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const crossOf = (state: RoomState) => ({ ...periodOf(state), by: state.crossed });

export function useCross(state: RoomState) {
  const query = crossOf(state);
  return useQuery({
    queryKey: ["metrics", "cross", query],
    queryFn: () => body(api.GET("/api/v1/metrics/cross", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

/** Asked again whenever a number changes; computes and keeps nothing. */
export function useSimulation(request: SimulationRequest) {
  return useQuery({
    queryKey: ["metrics", "simulate", request],
    queryFn: () => body(api.POST("/api/v1/metrics/simulate", { body: request })),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export type Metric = "repurchase" | "cohort" | "funnel" | "acquisition" | "pareto" | "products" | "first-product" | "due" | "demand" | "baskets" | "contribution" | "cross" | "rfm";
/** A number of a metric, with everything that was asked. */
export type Behind = { metric: Metric; query: MetricMembersQuery; title: string };

export function useMembersBehind({ metric, query }: Behind) {
  return useInfiniteQuery({
    queryKey: ["metrics", metric, "members", query],
    queryFn: ({ pageParam }) =>
      body(api.GET("/api/v1/metrics/{metric}/members", { params: { path: { metric }, query: { ...query, cursor: pageParam ?? undefined } } })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}
