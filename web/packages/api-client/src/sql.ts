/** The answer to a statement as a file: asked by POST, because a statement may be long and names who knows whom, so no plain link will do. */
import { ApiError, problemOf } from "./problem";

export async function saveSql(asked: { statement: string; reveal?: string }): Promise<void> {
  const response = await fetch("/api/v1/sql/export", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Perennial": "1" },
    body: JSON.stringify(asked),
  }).catch((cause: unknown) => {
    throw new ApiError(0, { code: "network.unreachable" }, cause);
  });
  if (!response.ok) throw await problemOf(response);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "sql.csv";
  const address = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
