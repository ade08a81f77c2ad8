import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";
import type { Kind } from "./kinds";
import type { ListState } from "./list-state";

export const PAGE_SIZE = 50;

export function useEntries({ kind, q, state, page }: ListState) {
  const query = { q: q || undefined, state: state === "all" ? undefined : state, page, limit: PAGE_SIZE };
  return useQuery({
    queryKey: ["catalogue", kind, query],
    queryFn: () => body(api.GET("/api/v1/catalogue/{kind}", { params: { path: { kind }, query } })),
    placeholderData: keepPreviousData,
  });
}

export function useEntry(kind: Kind, id: string) {
  return useQuery({
    queryKey: ["catalogue", kind, "entry", id],
    queryFn: () => body(api.GET("/api/v1/catalogue/{kind}/{id}", { params: { path: { kind, id } } })),
    enabled: id !== "",
  });
}

export type Put = { id: string; fields: Record<string, string>; state: string; version?: number };

/** After a change everything of the catalogue is asked anew, not waited for: the form would be replaced before it hears of its success. */
function useChange<T, R>(change: (by: T) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => void client.invalidateQueries({ queryKey: ["catalogue"] }) });
}

export function usePut(kind: Kind) {
  return useChange(({ id, ...put }: Put) => body(api.PUT("/api/v1/catalogue/{kind}/{id}", { params: { path: { kind, id } }, body: put })));
}

export function useImport(kind: Kind) {
  return useChange(({ file, dry }: { file: File; dry: boolean }) =>
    body(
      api.POST("/api/v1/catalogue/{kind}/import", {
        params: { path: { kind }, query: { dry_run: dry } },
        body: file as never,
        bodySerializer: (sent: unknown) => sent as Blob,
        headers: { "Content-Type": "application/octet-stream" },
      }),
    ),
  );
}
