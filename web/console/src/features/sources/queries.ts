import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type NewSource, type Source } from "@perennial/api-client";

const KEY = ["sources"] as const;

/** Deliveries go on while somebody looks. */
const FRESH_MS = 10_000;

export function useSources() {
  return useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/v1/sources")), refetchInterval: FRESH_MS });
}

export function useSource(source: string) {
  const ask = () => body(api.GET("/api/v1/sources/{source}", { params: { path: { source } } }));
  return useQuery({ queryKey: [...KEY, source], queryFn: ask, refetchInterval: FRESH_MS });
}

/** What shows the answer (a new secret) hears of it before the source is read again. */
function useChange<Input, Made>(change: (input: Input) => Promise<Made>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => void queries.invalidateQueries({ queryKey: KEY }) });
}

export function useConnect() {
  return useChange((input: NewSource) => body(api.POST("/api/v1/sources", { body: input })));
}

export function useSwitch(source: string) {
  const path = { source };
  return useChange((state: Source["state"]) => body(api.PATCH("/api/v1/sources/{source}", { params: { path }, body: { state } })));
}

export function useRotate(source: string) {
  const path = { source };
  return useChange((input: { secret?: string; overlap_hours: number }) =>
    body(api.POST("/api/v1/sources/{source}/rotate", { params: { path }, body: input })),
  );
}

/** `done` comes before the list is read again: the page of a source that is gone has nothing to show. */
export function useDisconnect(source: string, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/sources/{source}", { params: { path: { source } } }),
    onSuccess: () => {
      done();
      return queries.invalidateQueries({ queryKey: KEY, exact: true });
    },
  });
}
