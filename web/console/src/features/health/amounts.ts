/** Bytes and spans of time, in units the same in both languages. */
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];
const DAY_MS = 86_400_000;

/** 1536 → 1.5 KiB */
export function bytes(count: number): string {
  let [amount, unit] = [count, 0];
  while (amount >= 1024 && unit < UNITS.length - 1) [amount, unit] = [amount / 1024, unit + 1];
  return `${amount >= 100 || unit === 0 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit]}`;
}

/** Whole days between two instants. */
export function days(from: string, to: string): number {
  return Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS));
}

/** 3 d 4 h, 12 min … */
export function ago(from: string, to: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
