/** Users, keys, sessions and one's own account: asked for and changed. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";
import { SESSION_KEY } from "../session/queries";

export const USERS = ["users"] as const;
export const KEYS = ["api-keys"] as const;
export const SESSIONS = ["sessions"] as const;
export const SECURITY = ["security"] as const;

export const useUsers = () => useQuery({ queryKey: USERS, queryFn: () => body(api.GET("/api/v1/users")) });
export const useKeys = () => useQuery({ queryKey: KEYS, queryFn: () => body(api.GET("/api/v1/api-keys")) });
export const useSessions = () => useQuery({ queryKey: SESSIONS, queryFn: () => body(api.GET("/api/v1/sessions")) });
export const useSecurity = () => useQuery({ queryKey: SECURITY, queryFn: () => body(api.GET("/api/v1/security")) });

/** A change after which these answers are asked for anew: not waited for, since recovery codes must be shown before the page knows a second factor. */
export function useChange<Given, Made>(change: (given: Given) => Promise<Made>, ...touched: (readonly string[])[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      for (const queryKey of [...touched, SESSION_KEY]) void queries.invalidateQueries({ queryKey });
    },
  });
}
