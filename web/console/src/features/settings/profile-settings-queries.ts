import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type ConsentSettings, type FieldDefinition, type JoinForm } from "@perennial/api-client";

export function useFieldDefinitions() {
  return useQuery({ queryKey: ["fields"], queryFn: () => body(api.GET("/api/v1/fields")) });
}

export function useConsentSettings() {
  return useQuery({ queryKey: ["consents"], queryFn: () => body(api.GET("/api/v1/consents")) });
}

export function useJoinForm() {
  return useQuery({ queryKey: ["join-form"], queryFn: () => body(api.GET("/api/v1/join-form")) });
}

/** What members are asked changes what member pages and the other tabs show. */
function usePut<T>(put: (given: T) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: put,
    onSuccess: () =>
      queries.invalidateQueries({ predicate: ({ queryKey }) => ["fields", "consents", "join-form", "member"].includes(String(queryKey[0])) }),
  });
}

export const usePutFields = () => usePut((fields: FieldDefinition[]) => api.PUT("/api/v1/fields", { body: { fields } }));

export const usePutConsents = () =>
  usePut(({ channels, purposes }: Pick<ConsentSettings, "channels" | "purposes">) =>
    api.PUT("/api/v1/consents", { body: { channels, purposes } }),
  );

export const usePutJoinForm = () =>
  usePut((form: JoinForm) =>
    api.PUT("/api/v1/join-form", {
      body: {
        title: form.title,
        gate: form.gate,
        fields: form.fields.map(({ id, required, later, purpose, min, max }) => ({ id, required, later, purpose, min, max })),
        consents: form.consents.map(({ purpose, channel, required }) => ({ purpose, channel, required })),
      },
    }),
  );
