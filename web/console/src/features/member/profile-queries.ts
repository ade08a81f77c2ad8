import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type KnownField } from "@perennial/api-client";

const path = (member: string) => ({ params: { path: { member } } });

export function useKnownFields(member: string) {
  return useQuery({
    queryKey: ["member", member, "fields"],
    queryFn: () => body(api.GET("/api/v1/members/{member}/profile", path(member))),
  });
}

export function useMemberConsents(member: string) {
  return useQuery({
    queryKey: ["member", member, "consents"],
    queryFn: () => body(api.GET("/api/v1/members/{member}/consents", path(member))),
  });
}

export function useConsentSettings() {
  return useQuery({ queryKey: ["consents"], queryFn: () => body(api.GET("/api/v1/consents")) });
}

export function useErasurePreview(member: string, enabled: boolean) {
  return useQuery({
    queryKey: ["member", member, "erasure"],
    queryFn: () => body(api.GET("/api/v1/members/{member}/erasure", path(member))),
    enabled,
  });
}

/** What changes a member makes everything about that member old. */
function useMemberChange<T>(member: string, change: (given: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => queries.invalidateQueries({ queryKey: ["member", member] }) });
}

export type FieldValues = Record<string, KnownField["value"]>;

export function useSetFields(member: string) {
  return useMemberChange(member, (fields: FieldValues) =>
    api.PATCH("/api/v1/members/{member}", { ...path(member), body: { fields: fields as Record<string, never> } }),
  );
}

export function useRecordConsent(member: string) {
  return useMemberChange(member, (said: { purpose: string; channel: string; given: boolean }) =>
    api.POST("/api/v1/members/{member}/consents", { ...path(member), body: said }),
  );
}

export function useErase(member: string) {
  return useMemberChange(member, (confirm: string) => api.POST("/api/v1/members/{member}/erasure", { ...path(member), body: { confirm } }));
}

/** A plain link, so that the browser saves the file. */
export const packageUrl = (member: string) => `/api/v1/members/${encodeURIComponent(member)}/package`;
