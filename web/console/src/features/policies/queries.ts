/** Policies and what trying one shows. Meaning is the server's: documents and conditions are sent as they are. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, asObject, body } from "@perennial/api-client";
import { useJobBegun } from "../jobs/queries";
import type { Draft } from "./draft";

const KEY = ["policies"];
const AGAIN_MS = 600;

export const usePolicies = () => useQuery({ queryKey: KEY, queryFn: () => body(api.GET("/api/v1/policies")) });

export const usePolicyVersion = (model: string, version: number | undefined) =>
  useQuery({
    queryKey: [...KEY, model, version],
    queryFn: () => body(api.GET("/api/v1/policies/{model}/versions/{version}", { params: { path: { model, version: version ?? 0 } } })),
    enabled: version !== undefined,
    staleTime: Infinity,
  });

export const useDiff = (model: string, from: number, to: number) =>
  useQuery({
    queryKey: [...KEY, model, "diff", from, to],
    queryFn: () => body(api.GET("/api/v1/policies/{model}/diff", { params: { path: { model }, query: { from, to } } })),
    enabled: from !== to,
    staleTime: Infinity,
  });

export const useCheck = (document: Draft | null) =>
  useQuery({
    queryKey: [...KEY, "check", document],
    queryFn: () => body(api.POST("/api/v1/policies/check", { body: { document: asObject(document ?? {}) } })),
    enabled: document !== null,
    staleTime: Infinity,
  });

export function useSaveVersion(model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ document, reason }: { document: Draft; reason: string }) =>
      body(api.POST("/api/v1/policies/{model}/versions", { params: { path: { model } }, body: { document: asObject(document), reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export type Asked = { kind: "preview"; document: Draft } | { kind: "backtest"; document: Draft; from: string; to: string } | { kind: "calibrate"; year?: number };

export function useBeginTrial(model: string) {
  const begun = useJobBegun();
  return useMutation({
    mutationFn: (asked: Asked) => body(api.POST("/api/v1/policies/{model}/trials", { params: { path: { model } }, body: "document" in asked ? { ...asked, document: asObject(asked.document) } : asked })),
    onSuccess: begun,
  });
}

export const useTrial = (model: string, id: string | null) =>
  useQuery({
    queryKey: [...KEY, model, "trial", id],
    queryFn: () => body(api.GET("/api/v1/policies/{model}/trials/{id}", { params: { path: { model, id: id ?? "" } } })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (!state.data || state.data.job.state === "running" ? AGAIN_MS : false),
  });

type Decision = { version: number; reason: string };

export function useActivate(model: string) {
  const begun = useJobBegun();
  return useMutation({
    mutationFn: ({ version, reason }: Decision) =>
      body(api.POST("/api/v1/policies/{model}/versions/{version}/activate", { params: { path: { model, version } }, body: { reason } })),
    onSuccess: begun,
  });
}

export function useWithdraw(model: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ version, reason }: Decision) =>
      api.POST("/api/v1/policies/{model}/versions/{version}/withdraw", { params: { path: { model, version } }, body: { reason } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Everything counted by a model is another once a version was put in force. */
export function useInForce() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}
