import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Dashboard } from "@perennial/api-client";
import type { Card } from "./cards";

const KEY = ["dashboards"];

export const useDashboards = () => useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/v1/dashboards")) });

export type Kept = { name: string; shared: boolean; cards: Card[] };

/** A new one, or a change of the version that was read. */
export function useKeepDashboard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ of, ...kept }: Kept & { of?: Dashboard }) =>
      of
        ? body(api.PUT("/api/v1/dashboards/{id}", { params: { path: { id: of.id } }, body: { ...kept, version: of.version } }))
        : body(api.POST("/api/v1/dashboards", { body: kept })),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDropDashboard() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.DELETE("/api/v1/dashboards/{id}", { params: { path: { id } } }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
