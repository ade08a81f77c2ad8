import type { Import } from "@perennial/api-client";
import { useWords } from "../../app/words";

/** Why work ended before its end, in the server's words. */
export function TroubleLine({ one }: { one: Import }) {
  const words = useWords();
  return one.trouble && <p className="import-missing" role="alert">{words(one.trouble.reason)}</p>;
}
