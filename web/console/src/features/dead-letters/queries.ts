import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, type DeadLettersQuery } from "@perennial/api-client";

const KEY = ["dead-letters"] as const;
const REPLAYING_MS = 1000;

export function useDeadLetters(query: DeadLettersQuery) {
  return useQuery({
    queryKey: [...KEY, query],
    queryFn: () => body(api.GET("/api/v1/dead-letters", { params: { query } })),
    placeholderData: keepPreviousData,
    // While a replay is running its progress is shown.
    refetchInterval: ({ state }) => (state.data?.replaying && !state.data.replaying.ended ? REPLAYING_MS : false),
  });
}

export function useDeadLetter(letter: string) {
  return useQuery({
    queryKey: ["dead-letter", letter],
    queryFn: () => body(api.GET("/api/v1/dead-letters/{letter}", { params: { path: { letter } } })),
    staleTime: Infinity,
  });
}

/** `done` is heard even when the letter, read again, has replaced what asked for the change. */
function useChange<Input, Made>(change: (input: Input) => Promise<Made>, done?: (made: Made) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: done,
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: KEY }), queries.invalidateQueries({ queryKey: ["dead-letter"] })]),
  });
}

/** Keeps the body if it was changed, then replays. */
export function useReplay(letter: string, taken: () => void) {
  const path = { letter };
  return useChange(async (mended: string | undefined) => {
    if (mended !== undefined) await api.PUT("/api/v1/dead-letters/{letter}", { params: { path }, body: { body: mended } });
    return body(api.POST("/api/v1/dead-letters/{letter}/replay", { params: { path } }));
  }, (after) => after.letter.state === "replayed" && taken());
}

export function useDiscard(letter: string, done: () => void) {
  return useChange(() => body(api.POST("/api/v1/dead-letters/{letter}/discard", { params: { path: { letter } } })), done);
}

export function useReplayAll() {
  return useChange((filter: { source?: string; code?: string }) => body(api.POST("/api/v1/dead-letters/replay", { body: filter })));
}
