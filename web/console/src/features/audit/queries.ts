import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, body, type AuditQuery } from "@perennial/api-client";

export const useAudit = (query: AuditQuery) =>
  useQuery({
    queryKey: ["audit", query],
    queryFn: () => body(api.GET("/api/v1/audit", { params: { query } })),
    placeholderData: keepPreviousData,
    staleTime: 0,
  });

export const useAuditCheck = () => useQuery({ queryKey: ["audit-check"], queryFn: () => body(api.GET("/api/v1/audit/check")), staleTime: 0 });
