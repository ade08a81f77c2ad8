import { useQuery } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";

export function useEvents(source: string) {
  return useQuery({
    queryKey: ["events", source],
    queryFn: () => body(api.GET("/api/v1/events", { params: { query: { source: source || undefined } } })),
    refetchInterval: 10_000,
  });
}

/** Asked for once a name is opened: it is personal, and who looks is written down. */
export function useSample(source: string, name: string) {
  return useQuery({
    queryKey: ["event-sample", source, name],
    queryFn: () => body(api.GET("/api/v1/events/{source}/{name}", { params: { path: { source, name } } })),
    staleTime: Infinity,
  });
}
