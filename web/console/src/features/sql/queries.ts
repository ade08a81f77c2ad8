import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, saveSql, type SqlAnswer } from "@perennial/api-client";

export type Asked = { statement: string; reveal?: string };

const HISTORY = ["sql", "history"] as const;

export function useViews() {
  return useQuery({ queryKey: ["sql", "views"], queryFn: () => body(api.GET("/api/v1/sql/views")), staleTime: 60_000 });
}

export function useHistory() {
  return useQuery({ queryKey: HISTORY, queryFn: () => body(api.GET("/api/v1/sql/history")) });
}

/** Asks; an answer still awaited is given up, which ends the statement on the server, too. */
export function useAsk() {
  const queries = useQueryClient();
  return useMutation<SqlAnswer, unknown, Asked & { signal: AbortSignal }>({
    mutationFn: ({ signal, ...asked }) => body(api.POST("/api/v1/sql", { body: asked, signal })),
    gcTime: 0,
    onSettled: () => queries.invalidateQueries({ queryKey: HISTORY }),
  });
}

export function useSave() {
  return useMutation<void, unknown, Asked>({ mutationFn: saveSql, gcTime: 0 });
}
