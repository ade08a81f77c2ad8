import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, body, type MembersQuery } from "@perennial/api-client";

export const PAGE_SIZE = 50;

export function useMembers(query: MembersQuery) {
  return useQuery({
    queryKey: ["members", query],
    queryFn: () => body(api.GET("/api/v1/members", { params: { query } })),
    placeholderData: keepPreviousData,
  });
}
