import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Resolution } from "@perennial/api-client";

export function useConflicts(cursor?: string) {
  return useQuery({
    queryKey: ["conflicts", cursor ?? ""],
    queryFn: () => body(api.GET("/api/v1/conflicts", { params: { query: { limit: 50, cursor } } })),
  });
}

export function useConflict(member: string, other: string) {
  return useQuery({
    queryKey: ["conflicts", member, other],
    queryFn: () => body(api.GET("/api/v1/conflicts/{member}/{other}", { params: { path: { member, other } } })),
  });
}

/** Whoever is whom changes lists, pages and counts alike: everything is asked anew. */
function useAskAnew() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries();
}

export function useSettle(member: string, other: string) {
  const askAnew = useAskAnew();
  return useMutation({
    mutationFn: (answer: { resolution: Resolution; why: string }) =>
      api.POST("/api/v1/conflicts/{member}/{other}", { params: { path: { member, other } }, body: answer }),
    onSuccess: askAnew,
  });
}

export function useSplitPreview(member: string, subjects: string[]) {
  return useQuery({
    queryKey: ["member", member, "split", subjects],
    enabled: subjects.length > 0,
    queryFn: () =>
      body(api.GET("/api/v1/members/{member}/split", { params: { path: { member }, query: { subjects: subjects.join(",") } } })),
  });
}

export function useSplit(member: string) {
  const askAnew = useAskAnew();
  return useMutation({
    mutationFn: (asked: { subjects: string[]; why: string }) =>
      body(api.POST("/api/v1/members/{member}/split", { params: { path: { member } }, body: asked })),
    onSuccess: askAnew,
  });
}

/** Members that a text names, as the list finds them. */
export function useFound(text: string) {
  return useQuery({
    queryKey: ["members", "found", text],
    queryFn: () => body(api.GET("/api/v1/members", { params: { query: { q: text, limit: 10 } } })),
  });
}

export function useMergePreview(member: string, other: string) {
  return useQuery({
    queryKey: ["member", member, "merge", other],
    queryFn: () => body(api.GET("/api/v1/members/{member}/merge", { params: { path: { member }, query: { with: other } } })),
  });
}

export function useMerge(member: string) {
  const askAnew = useAskAnew();
  return useMutation({
    mutationFn: (asked: { with: string; why: string }) =>
      body(api.POST("/api/v1/members/{member}/merge", { params: { path: { member } }, body: asked })),
    onSuccess: askAnew,
  });
}

export function useIdentityRules() {
  return useQuery({ queryKey: ["identity-rules"], queryFn: () => body(api.GET("/api/v1/identity-rules")) });
}

export function useChangeRules() {
  const askAnew = useAskAnew();
  return useMutation({
    mutationFn: (changed: { yaml: string; reason: string }) => body(api.PUT("/api/v1/identity-rules", { body: changed })),
    onSuccess: askAnew,
  });
}
