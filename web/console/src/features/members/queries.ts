import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ApiError, body, type MembersQuery } from "@perennial/api-client";

export const PAGE_SIZE = 50;

export function useMembers(query: MembersQuery) {
  return useQuery({
    queryKey: ["members", query],
    queryFn: () => body(api.GET("/api/v1/members", { params: { query } })),
    placeholderData: keepPreviousData,
    // While everyone is looked at for a condition the server says how far it is.
    retry: (failures, error) => isUnderWay(error) || (failures < 2 && (!(error instanceof ApiError) || error.status >= 502)),
    retryDelay: (_, error) => (isUnderWay(error) ? 500 : 1000),
  });
}

const UNDER_WAY = ["selection_building", "board_building"];

/** The server is at it, and says how far: asking again is how one waits. */
export function isUnderWay(error: unknown): error is ApiError {
  return error instanceof ApiError && UNDER_WAY.includes(error.problem.code);
}

const viewsKey = ["views", "members"];

export const useViews = () =>
  useQuery({ queryKey: viewsKey, queryFn: () => body(api.GET("/api/v1/views", { params: { query: { room: "members" } } })) });

const listsKey = ["lists"];

/** Fixed lists: one's own and those that others share. */
export const useLists = () => useQuery({ queryKey: listsKey, queryFn: () => body(api.GET("/api/v1/lists")) });

export function useSaveList() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (list: { name: string; shared: boolean; metric: string; query: string }) => body(api.POST("/api/v1/lists", { body: list })),
    onSuccess: () => queries.invalidateQueries({ queryKey: listsKey }),
  });
}

export function useDeleteList() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/lists/{id}", { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: listsKey }),
  });
}

export function useSaveView() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (view: { name: string; query: string; shared: boolean }) => body(api.POST("/api/v1/views", { body: { room: "members", ...view } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: viewsKey }),
  });
}

export function useDeleteView() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/views/{id}", { params: { path: { id } } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: viewsKey }),
  });
}
