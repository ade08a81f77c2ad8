import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ApiError, body, type Session } from "@perennial/api-client";

export const SESSION_KEY = ["session"] as const;

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery<Session | null>({
    queryKey: SESSION_KEY,
    queryFn: async () => {
      try {
        return await body(api.GET("/api/v1/session"));
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
}

/** What the operations ask for, as far as whoever is signed in may: `read`, `own` … */
export function useMay() {
  const may = useSession().data?.may;
  return (need: string) => may?.includes(need) ?? false;
}

export function useBrand() {
  const session = useSession().data;
  const signedIn = Boolean(session && !session.due);
  return useQuery({
    queryKey: ["brand"],
    queryFn: () => body(api.GET("/api/v1/brand")),
    enabled: signedIn,
    staleTime: 60_000,
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (credentials: { name: string; password: string; code?: string }) => api.POST("/api/v1/session", { body: credentials }),
    onSuccess: () => queries.invalidateQueries(),
  });
}

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.DELETE("/api/v1/session"),
    onSettled: () => {
      queries.setQueryData(SESSION_KEY, null);
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION_KEY[0] });
    },
  });
}
