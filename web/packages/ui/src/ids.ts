/** Ids as people read them. The full one belongs into the title beside. Pure. */

/** Enough of a member's id to tell rows apart: "m_8vf51b72". */
export const shortMember = (id: string) => id.slice(0, 10);

/** Rows without an id of their own are keyed by a digest, `row:<32 hex>#<n>`: eight digits of it, and the number when it is not the first. */
export function shortKeys(text: string): string {
  return text.replaceAll(/\brow:([0-9a-f]{8})[0-9a-f]{8,}#(\d+)/g, (_, head: string, nth: string) => (nth === "1" ? head : `${head}#${nth}`));
}
