import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type Calibration } from "@perennial/api-client";

const EVERY_MS = 800;
/** The model a new brand begins with. */
export const MODEL = "rf";

/** Whether this server still has to be set up. */
export function useSetup() {
  return useQuery({ queryKey: ["setup"], queryFn: () => body(api.GET("/api/v1/setup")), staleTime: Infinity });
}

export type NewBrand = { code: string; name: string; time_zone: string; currency: string; password: string };

export function useNewBrand() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (brand: NewBrand) => api.POST("/api/v1/setup", { body: brand }),
    onSuccess: () => queries.resetQueries(),
  });
}

export function useSample() {
  return useMutation({ mutationFn: () => body(api.POST("/api/v1/setup/sample")) });
}

/** The windows that the brand's own purchases propose, worked out in the background. */
export function useCalibration() {
  const begun = useQuery({
    queryKey: ["setup", "calibration"],
    queryFn: () => body(api.POST("/api/v1/policies/{model}/trials", { params: { path: { model: MODEL } }, body: { kind: "calibrate" } })),
    staleTime: Infinity,
  });
  const id = begun.data?.job;
  const trial = useQuery({
    queryKey: ["setup", "calibration", id],
    queryFn: () => body(api.GET("/api/v1/policies/{model}/trials/{id}", { params: { path: { model: MODEL, id: id ?? "" } } })),
    enabled: Boolean(id),
    refetchInterval: (query) => (query.state.data && query.state.data.job.state !== "running" ? false : EVERY_MS),
  });
  return { data: trial.data, error: begun.error ?? trial.error, refetch: () => void begun.refetch() };
}

/** Keeps the proposal as a version and puts it in force; answers the job that decides everyone anew. */
export function useAccept() {
  return useMutation({
    mutationFn: async ({ document, reason }: { document: Calibration["document"]; reason: string }) => {
      const saved = await body(api.POST("/api/v1/policies/{model}/versions", { params: { path: { model: MODEL } }, body: { document, reason } }));
      const path = { model: MODEL, version: saved.version };
      return body(api.POST("/api/v1/policies/{model}/versions/{version}/activate", { params: { path }, body: { reason } }));
    },
  });
}

export function useJob(id: string) {
  return useQuery({
    queryKey: ["jobs", id],
    queryFn: () => body(api.GET("/api/v1/jobs/{id}", { params: { path: { id } } })),
    enabled: Boolean(id),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== "running" ? false : EVERY_MS),
  });
}
