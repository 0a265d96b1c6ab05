const DAY_MS = 86_400_000;
/** `00` to `59`. */
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

let lastDay = NaN;
let lastDayText = '';

/** The day (`YYYY-MM-DD`, UTC) of an instant in milliseconds since the epoch. */
export function dayText(atMs: number): string {
  const day = Math.floor(atMs / DAY_MS);
  if (day !== lastDay) {
    lastDayText = new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length);
    lastDay = day;
  }
  return lastDayText;
}

/** What `toISOString` says of an instant in whole milliseconds, for a sixth of its time: most instants are of the same day as the last. */
export function instantText(atMs: number): string {
  const ms = atMs - Math.floor(atMs / DAY_MS) * DAY_MS;
  const hours = TWO_DIGITS[Math.floor(ms / 3_600_000)];
  const minutes = TWO_DIGITS[Math.floor(ms / 60_000) % 60];
  const seconds = TWO_DIGITS[Math.floor(ms / 1000) % 60];
  return `${dayText(atMs)}T${hours}:${minutes}:${seconds}.${String(ms % 1000).padStart(3, '0')}Z`;
}
