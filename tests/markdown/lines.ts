// How many lines differ between two texts, and where first.

export interface Difference {
  line: number;
  before: string;
  after: string;
}

/** Lines that must be changed, added or taken away to make `after` of `before`; a changed line counts once. */
export function changedLines(before: string, after: string): number {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const steps = editDistance(a, b);
  const removed = (steps + a.length - b.length) / 2;
  return Math.max(removed, steps - removed);
}

/** Myers' greedy algorithm: the smallest number of lines removed and added. */
function editDistance(a: readonly string[], b: readonly string[]): number {
  const furthest = new Map<number, number>([[1, 0]]);
  for (let steps = 0; ; steps++) {
    for (let diagonal = -steps; diagonal <= steps; diagonal += 2) {
      const [left, right] = [furthest.get(diagonal - 1) ?? -1, furthest.get(diagonal + 1) ?? -1];
      let x = diagonal === -steps || (diagonal !== steps && left < right) ? right : left + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      if (x >= a.length && x - diagonal >= b.length) return steps;
      furthest.set(diagonal, x);
    }
  }
}

/** The first line that is not the same, counted from one; null when all are. */
export function firstDifference(before: string, after: string): Difference | null {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const index = at < 0 && b.length > a.length ? a.length : at;
  if (index < 0) return null;
  return { line: index + 1, before: a[index] ?? '(end)', after: b[index] ?? '(end)' };
}
