import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "@perennial/api-client";
import type { Show } from "./timeline-days";

const TIMELINE_PAGE = 60;

export function useMember(member: string) {
  return useQuery({
    queryKey: ["member", member],
    queryFn: () => body(api.GET("/api/v1/members/{member}", { params: { path: { member } } })),
  });
}

export function useTimeline(member: string, show: Show) {
  return useInfiniteQuery({
    queryKey: ["member", member, "timeline", show],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      body(
        api.GET("/api/v1/members/{member}/timeline", {
          params: { path: { member }, query: { limit: TIMELINE_PAGE, cursor: pageParam, show } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });
}

export function useExplanation(member: string, query: { model?: string; as_of?: string; known_at?: string }) {
  return useQuery({
    queryKey: ["member", member, "explain", query],
    queryFn: () => body(api.GET("/api/v1/members/{member}/explain", { params: { path: { member }, query } })),
    placeholderData: keepPreviousData,
  });
}
