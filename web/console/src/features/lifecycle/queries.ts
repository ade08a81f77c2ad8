import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";

type Range = { from: string; to: string };

export function useFlow(model: string | undefined, range: Range, enabled: boolean) {
  return useQuery({
    queryKey: ["models", model, "flow", range],
    queryFn: () => body(api.GET("/api/v1/models/{model}/flow", { params: { path: { model: model ?? "" }, query: range } })),
    enabled: enabled && Boolean(model),
    placeholderData: keepPreviousData,
  });
}

export function useDaily(model: string | undefined, range: Range, enabled: boolean) {
  return useQuery({
    queryKey: ["models", model, "daily", range],
    queryFn: () => body(api.GET("/api/v1/models/{model}/daily", { params: { path: { model: model ?? "" }, query: range } })),
    enabled: enabled && Boolean(model),
    placeholderData: keepPreviousData,
  });
}

export function useTimes(model: string | undefined, asOf: string) {
  return useQuery({
    queryKey: ["models", model, "times", asOf],
    queryFn: () => body(api.GET("/api/v1/models/{model}/times", { params: { path: { model: model ?? "" }, query: { as_of: asOf } } })),
    enabled: Boolean(model),
    placeholderData: keepPreviousData,
  });
}

export function useSurvival(by: string, asOf: string) {
  return useQuery({
    queryKey: ["survival", by, asOf],
    queryFn: () => body(api.GET("/api/v1/survival", { params: { query: { by, as_of: asOf } } })),
    placeholderData: keepPreviousData,
  });
}
