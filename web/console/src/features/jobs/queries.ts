/** Background jobs: what runs, how far it is, and what came of it. Asked again while anything runs. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Job } from "@perennial/api-client";

const KEY = ["jobs"];
const AGAIN_MS = 800;

export const isRunning = (job: Job) => job.state === "running";

export const useJobs = () =>
  useQuery({
    queryKey: KEY,
    queryFn: () => body(api.GET("/api/v1/jobs")),
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? AGAIN_MS : false),
  });

export const useJob = (id: string | null) =>
  useQuery({
    queryKey: [...KEY, id],
    queryFn: () => body(api.GET("/api/v1/jobs/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (!state.data || isRunning(state.data) ? AGAIN_MS : false),
  });

/** A job was begun somewhere: the list is looked at again. */
export function useJobBegun() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: KEY });
}

export function useCancelJob() {
  const begun = useJobBegun();
  return useMutation({
    mutationFn: (id: string) => api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id } } }),
    onSettled: begun,
  });
}

export type ExportAsked = {
  format: "csv" | "xlsx";
  columns: string[];
  members?: string[];
  q?: string;
  stage?: string;
  model?: string;
  condition?: string;
  sort: string;
  order: string;
};

export function useExport() {
  const begun = useJobBegun();
  return useMutation({
    mutationFn: (asked: ExportAsked) => body(api.POST("/api/v1/members/exports", { body: asked })),
    onSuccess: begun,
  });
}
