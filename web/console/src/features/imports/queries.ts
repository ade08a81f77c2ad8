import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type ImportDetail, type ImportReading } from "@perennial/api-client";

/** While something moves, the page asks again this often. */
const EVERY_MS = 1000;
const MOVING = new Set(["trying", "waiting", "running", "pausing", "cancelling", "undoing"]);
export const isMoving = (state: string) => MOVING.has(state);

const KEY = (id: number) => ["imports", "one", id] as const;

export function useImports(cursor: string) {
  return useQuery({
    queryKey: ["imports", "list", cursor],
    queryFn: () => body(api.GET("/api/v1/imports", { params: { query: { cursor: cursor || undefined } } })),
    refetchInterval: (query) => (query.state.data?.items.some((one) => isMoving(one.state)) ? EVERY_MS : false),
    staleTime: 0,
  });
}

export function useImport(id: number) {
  return useQuery({
    queryKey: KEY(id),
    queryFn: () => body(api.GET("/api/v1/imports/{import}", { params: { path: { import: String(id) } } })),
    refetchInterval: (query) => (query.state.data && isMoving(query.state.data.import.state) ? EVERY_MS : false),
    staleTime: 0,
  });
}

export function useReading(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reading: ImportReading) =>
      body(api.PUT("/api/v1/imports/{import}/mapping", { params: { path: { import: String(id) } }, body: reading })),
    onSuccess: (detail) => queries.setQueryData<ImportDetail>(KEY(id), detail),
  });
}

export type Deed = "dry-run" | "start" | "pause" | "resume" | "cancel" | "undo";

const post = (id: string, deed: Deed) => {
  const params = { params: { path: { import: id } } };
  switch (deed) {
    case "dry-run":
      return body(api.POST("/api/v1/imports/{import}/dry-run", params));
    case "start":
      return body(api.POST("/api/v1/imports/{import}/start", params));
    case "pause":
      return body(api.POST("/api/v1/imports/{import}/pause", params));
    case "resume":
      return body(api.POST("/api/v1/imports/{import}/resume", params));
    case "cancel":
      return body(api.POST("/api/v1/imports/{import}/cancel", params));
    case "undo":
      return body(api.POST("/api/v1/imports/{import}/undo", params));
  }
};

export function useDeed(id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deed: Deed) => post(String(id), deed),
    onSuccess: (detail) => {
      queries.setQueryData<ImportDetail>(KEY(id), detail);
      // What an import brings or takes back shows in every other room.
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "imports", refetchType: "none" });
    },
  });
}

export function useUndoPreview(id: number, asked: boolean) {
  return useQuery({
    queryKey: ["imports", "undo", id],
    queryFn: () => body(api.GET("/api/v1/imports/{import}/undo", { params: { path: { import: String(id) } } })),
    enabled: asked,
    staleTime: 0,
  });
}
