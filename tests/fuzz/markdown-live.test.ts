// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { editTogether } from './markdown-live.ts';

/** Found by longer runs and worth keeping. */
const kept: [seed: number, people: number, what: string][] = [];

/** `FUZZ_SEEDS=10000` for a long run: one seed in twenty, since editors take their time. */
const count = Math.ceil(Number(process.env.FUZZ_SEEDS ?? 300) / 20);
const seeds = Array.from({ length: count }, (_, i) => [i + 1, i % 5 === 0 ? 3 : 2, ''] as const);
const steps = 40;

// A line's own letters are told from others' by the time they were typed.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe('an imported note that is edited by several', () => {
  test.each([...seeds, ...kept])(
    'seed %i, %i people: no word is lost and the export stays the same when read back%s',
    { timeout: 60_000 },
    (seed, people) => {
      expect(editTogether(seed, steps, people)).toBeNull();
    },
  );

  test.each(seeds.slice(0, Math.ceil(count / 5)))(
    'seed %i, three people who undo and redo all the time: everybody ends with the same note',
    { timeout: 60_000 },
    (seed) => {
      expect(editTogether(seed, steps, 3, true)).toBeNull();
    },
  );
});
