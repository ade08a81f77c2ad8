/** Conditions are read, checked and printed by the server; here they are only typed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body } from "@perennial/api-client";

export type Definition = { name: string; is: string; label: { en: string; zh: string } };

/** The text a moment after the last key. */
function useSettled(text: string, ms = 250): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}

/** What the server understands of a text; `settled` says whether that is of this very text. */
export function useUnderstood(text: string, definitions: Definition[] = []) {
  const asked = useSettled(text.trim());
  const answer = useQuery({
    queryKey: ["conditions", asked, definitions],
    queryFn: () => body(api.POST("/api/v1/conditions", { body: { text: asked, definitions } })),
    enabled: asked !== "",
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const understood = asked === "" ? undefined : answer.data;
  return { understood, settled: asked === text.trim() && !answer.isPlaceholderData && answer.data !== undefined };
}

export const useCatalog = () =>
  useQuery({ queryKey: ["conditions", "catalog"], queryFn: () => body(api.GET("/api/v1/conditions/catalog")), staleTime: 300_000 });
