// Time in the test's hand: nothing happens until `advance`.

export interface TestClock {
  now(): number;
  /** The same, until it is set. */
  date(): number;
  /** The clock on the wall is put to another time. */
  setDate(date: number): void;
  schedule(run: () => void, delayMs: number): () => void;
  /** Lets `ms` pass; runs what falls due on the way, in order, each followed by all promises it settles. */
  advance(ms: number): Promise<void>;
  /** How many delays are running. */
  readonly pending: number;
}

/** Lets every promise that can settle do so, storage in memory included. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createTestClock(start = 1_000_000): TestClock {
  let now = start;
  let ahead = 0;
  const delays = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    date: () => now + ahead,
    setDate: (date) => void (ahead = date - now),
    schedule(run, delayMs) {
      const delay = { at: now + delayMs, run };
      delays.add(delay);
      return () => delays.delete(delay);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...delays].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        delays.delete(due);
        now = Math.max(now, due.at);
        due.run();
        await settle();
      }
      now = end;
      await settle();
    },
    get pending() {
      return delays.size;
    },
  };
}
