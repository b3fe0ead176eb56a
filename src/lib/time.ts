// Times as people say them. `now` is passed in, so that server and browser say the same.

const steps: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
];

/** "just now", "5 minutes ago", "yesterday", then the day: "26 Apr 2018". Both in milliseconds. */
export function formatAgo(at: number, now: number): string {
  const past = now - at;
  if (past < 60_000) return 'just now';
  if (past > 7 * 86_400_000) {
    return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(at);
  }
  const [unit, ms] = steps.findLast(([, step]) => past >= step)!;
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.floor(past / ms), unit);
}
