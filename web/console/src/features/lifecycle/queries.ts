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
