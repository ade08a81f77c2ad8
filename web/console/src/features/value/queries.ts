import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";

export function useRfm(window: string, cut: string) {
  return useQuery({
    queryKey: ["value", "rfm", window, cut],
    queryFn: () => body(api.GET("/api/v1/value/rfm", { params: { query: { window: Number(window), cut } } })),
    placeholderData: keepPreviousData,
  });
}

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
