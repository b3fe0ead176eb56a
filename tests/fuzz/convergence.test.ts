import { describe, expect, test } from 'vitest';
import { liveThrough } from './network.ts';

/** Found by longer runs and worth keeping. */
const kept: [seed: number, what: string][] = [];

/** `FUZZ_SEEDS=10000` for a long run. */
const seeds = Array.from({ length: Number(process.env.FUZZ_SEEDS ?? 60) }, (_, i) => i + 1);
const steps = 250;

describe('convergence', () => {
  test.each([...seeds.map((seed) => [seed, ''] as const), ...kept])(
    'seed %i: everybody ends with the same note%s',
    async (seed) => {
      const { documents, signed, finalCodes, story } = await liveThrough(seed, steps);
      expect(finalCodes, story.join('\n')).toEqual([]);
      const [first] = documents;
      for (const document of documents) {
        const label = `${document.who} has what ${first!.who} has, after:\n${story.join('\n')}`;
        expect(document.xml, label).toBe(first!.xml);
        expect(document.roll, label).toEqual(first!.roll);
        expect(document.state, label).toEqual(first!.state);
      }
      for (const row of signed) expect(first!.roll, `${row} was signed`).toHaveProperty([row]);
      expect(JSON.stringify(first!.roll)).not.toContain('Forged');
    },
  );
});
