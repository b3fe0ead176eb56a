// Notes with everything that HackMD and real minutes have come back as something both judges show alike, with every word
// and the same on the second pass. What does not is listed in golden/feature-misses.json, exactly.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { features } from './feature-cases.ts';
import { pass } from './measure.ts';

const knownFile = new URL('../golden/feature-misses.json', import.meta.url);
const known = JSON.parse(readFileSync(knownFile, 'utf8')) as Record<string, string[]>;

test.each([
  ['source kept', false],
  ['fresh', true],
])('%s: all but the known cases come back', { timeout: 60_000 }, (way, isFresh) => {
  const misses = features.flatMap((text) => {
    const { failures } = pass(text, { isFresh });
    return failures.length === 0 ? [] : [`${failures.map(({ what }) => what).join(', ')}: ${text}`];
  });
  known[way] = process.env.GOLDEN === 'write' ? misses : (known[way] ?? []);
  if (process.env.GOLDEN === 'write') writeFileSync(knownFile, `${JSON.stringify(known, null, 1)}\n`);
  expect(misses).toEqual(known[way]);
});
