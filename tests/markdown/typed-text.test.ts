// What looks like syntax but was typed as text shows as that text on GitHub and HackMD. What does not is listed in
// golden/typed-text-misses.json, exactly: `GOLDEN=write` writes the list anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { github, hackmd } from './judges.ts';
import { roundTrip } from './round-trip.ts';
import { lookalikes, places, type Place } from './typed-text.ts';

/** The share of cases that may be known misses. */
const mostMisses = 0.2;

const knownFile = new URL('../golden/typed-text-misses.json', import.meta.url);

/** What a page says: its elements but for links, and its words, quotes and dots as they were before HackMD set them. */
function saysOf(tree: string) {
  const lines = tree.split('\n').filter((line) => !/^<\/?a[ >]/.test(line));
  const words = lines.filter((line) => line.startsWith('"')).map((line) => line.slice(1));
  const plain = words
    .join('')
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replaceAll('…', '...')
    .replaceAll('—', '---')
    .replaceAll('–', '--');
  return { elements: lines.filter((line) => !line.startsWith('"')).join(''), words: plain };
}

/** The judges that see something else than `expected` in the words, or other elements than there were. */
function dissenters(md: string, back: string, expected: string): string[] {
  return Object.entries({ github, hackmd }).flatMap(([name, judge]) => {
    const [was, is] = [saysOf(judge(md)), saysOf(judge(back))];
    const isSame = is.elements === was.elements && is.words === was.words.replace('word', () => expected);
    return isSame ? [] : [name];
  });
}

function missesOf({ name, md, before }: Place, text: string): string[] {
  const type = (find: string, insert: string) => roundTrip({ md, find, insert }, { isFresh: false });
  const behind = dissenters(md, type('word', ` ${text}`), `word ${text}`);
  const start = before === null ? [] : dissenters(md, type(before, `${text} `), `${text} word`);
  const says = (side: string) => (judge: string) => `${name}, ${side}, ${judge}: ${text}`;
  return [...behind.map(says('behind')), ...start.map(says('before'))];
}

test('text that looks like syntax stays text, in all but the known cases', { timeout: 60_000 }, () => {
  const misses = places.flatMap((place) => lookalikes.flatMap((text) => missesOf(place, text)));
  if (process.env.GOLDEN === 'write') writeFileSync(knownFile, `${JSON.stringify(misses, null, 1)}\n`);
  expect(misses).toEqual(JSON.parse(readFileSync(knownFile, 'utf8')));
  const sides = places.reduce((sum, { before }) => sum + (before === null ? 1 : 2), 0);
  expect(misses.length / (2 * sides * lookalikes.length)).toBeLessThanOrEqual(mostMisses);
});
