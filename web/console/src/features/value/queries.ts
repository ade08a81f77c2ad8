import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";
import { useJobBegun } from "../jobs/queries";
import type { alikeOf, EquityAsked, rfmOf, superOf } from "./room-state";

export function useRfm(query: ReturnType<typeof rfmOf>) {
  return useQuery({
    queryKey: ["value", "rfm", query],
    queryFn: () => body(api.GET("/api/v1/value/rfm", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}

export const useRfmWithin = (window: string, enabled: boolean) =>
  useQuery({ queryKey: ["value", "rfm-within", window], queryFn: () => body(api.GET("/api/v1/value/rfm/within", { params: { query: { window: Number(window) } } })), enabled });

export function useValueModels(until: string) {
  return useQuery({
    queryKey: ["value", "models", until],
    queryFn: () => body(api.GET("/api/v1/value/models", { params: { query: { until } } })),
    placeholderData: keepPreviousData,
  });
}

/** Without a first day the server holds out the last third of what is known. */
export function useHoldout(until: string | null, to: string) {
  return useQuery({
    queryKey: ["value", "holdout", until, to],
    queryFn: () => body(api.GET("/api/v1/value/holdout", { params: { query: until ? { until, to } : { to } } })),
    placeholderData: keepPreviousData,
  });
}

const VERSIONS = ["value", "versions"];

/** Asked again while members are decided anew. */
export const useValueVersions = () =>
  useQuery({ queryKey: VERSIONS, queryFn: () => body(api.GET("/api/v1/value/versions")), refetchInterval: ({ state }) => (state.data?.redeciding ? 2000 : false) });

export const useValuePreview = (version: number) =>
  useQuery({ queryKey: [...VERSIONS, version], queryFn: () => body(api.GET("/api/v1/value/versions/{version}/preview", { params: { path: { version } } })) });

export function useRefit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: { model: string; until: string; reason: string }) => body(api.POST("/api/v1/value/versions", { body: asked })),
    onSuccess: () => queries.invalidateQueries({ queryKey: VERSIONS }),
  });
}

type Decision = { version: number; reason: string };

export function useActivateValue() {
  const queries = useQueryClient();
  const begun = useJobBegun();
  return useMutation({
    mutationFn: ({ version, reason }: Decision) => body(api.POST("/api/v1/value/versions/{version}/activate", { params: { path: { version } }, body: { reason } })),
    onSuccess: begun,
    onSettled: () => queries.invalidateQueries({ queryKey: VERSIONS }),
  });
}

export function useWithdrawValue() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, reason }: Decision) => api.POST("/api/v1/value/versions/{version}/withdraw", { params: { path: { version } }, body: { reason } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: VERSIONS }),
  });
}

/** Empty means the one in force. */
const byModel = (model: string) => (model ? { model } : {});

export const useWarnings = (model: string) =>
  useInfiniteQuery({
    queryKey: ["value", "warnings", model],
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/value/warnings", { params: { query: { ...byModel(model), ...(pageParam && { cursor: pageParam }) } } })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const useJudgement = (model: string) =>
  useQuery({ queryKey: ["value", "judgement", model], queryFn: () => body(api.GET("/api/v1/value/warnings/judgement", { params: { query: byModel(model) } })) });

export const useEquity = ({ margin, months, discount, ...days }: EquityAsked) => {
  const query = { ...days, margin: Number(margin), months: Number(months), discount: Number(discount) };
  return useQuery({
    queryKey: ["value", "equity", query],
    queryFn: () => body(api.GET("/api/v1/value/equity", { params: { query } })),
    placeholderData: keepPreviousData,
  });
};

const nextOf = (page: { next?: string | null }) => page.next ?? undefined;
const cursorOf = (cursor: string) => cursor && { cursor };

export const useSuperUsers = ({ window, looked, carted, bought, spoke, referred }: ReturnType<typeof superOf>) =>
  useInfiniteQuery({
    queryKey: ["value", "super", window, looked, carted, bought, spoke, referred],
    queryFn: ({ pageParam }) => {
      const least = { looked: Number(looked), carted: Number(carted), bought: Number(bought), spoke: Number(spoke), referred: Number(referred) };
      return body(api.GET("/api/v1/value/super-users", { params: { query: { window: Number(window), ...least, ...cursorOf(pageParam) } } }));
    },
    initialPageParam: "",
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });

export const useKinds = (window: string, by: string) =>
  useInfiniteQuery({
    queryKey: ["value", "kinds", window, by],
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/value/kinds", { params: { query: { window: Number(window), by, ...cursorOf(pageParam) } } })),
    initialPageParam: "",
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });

export const useLookAlikes = ({ top, ...asked }: ReturnType<typeof alikeOf>) =>
  useInfiniteQuery({
    queryKey: ["value", "alike", top, asked],
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/value/look-alikes", { params: { query: { ...asked, ...(top && { top: Number(top) }), ...cursorOf(pageParam) } } })),
    initialPageParam: "",
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });

export const useDelivered = (window: string) =>
  useQuery({
    queryKey: ["value", "delivered", window],
    queryFn: () => body(api.GET("/api/v1/value/delivered", { params: { query: { window: Number(window) } } })),
    placeholderData: keepPreviousData,
  });

export const useSignals = () => useQuery({ queryKey: ["value", "signals"], queryFn: () => body(api.GET("/api/v1/signals")) });

/** Everything of value may rest on it. */
export function useChangeSignals() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (changed: { yaml: string; reason: string }) => body(api.PUT("/api/v1/signals", { body: changed })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["value"] }),
  });
}
