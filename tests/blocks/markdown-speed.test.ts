// Text made to be slow must not be, nor long minutes: work grows with the text, not with its square. Times are not
// compared with a clock on the wall but with the same text at a quarter of its length.
import { readFileSync } from 'node:fs';
import MarkdownIt from 'markdown-it';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromMarkdown, toMarkdown } from '../../src/blocks/markdown.ts';
import type { BlockId } from '../../src/core/ids.ts';

const createId = () => 'block' as BlockId;

const hostile: Record<string, (length: number) => string> = {
  'containers nobody closes': (n) => ':::a\n'.repeat(n / 5),
  'a decision of spaces': (n) => `Decision: ${' '.repeat(n)}x`,
  'outcomes without an end': (n) => `Decision: x${' (accepted by '.repeat(n / 14)}`,
  'a line of spaces': (n) => `${' '.repeat(3)}x${' '.repeat(n)}y`,
  'a person of stars': (n) => `Roll call:\n\n* a / @b\n* ${'*'.repeat(n)}x / @c`,
  brackets: (n) => '['.repeat(n),
  'bars and dashes': (n) => `${'|a'.repeat(n / 2)}\n|-\n`,
  'comments nobody closes': (n) => 'a <!-- '.repeat(n / 7),
  'emphasis in emphasis': (n) => `${'**'.repeat(n / 4)}a${'**'.repeat(n / 4)}`,
  'stars and letters': (n) => 'a*'.repeat(n / 2),
  'marks nobody closes': (n) => '==a ++b ~c ^d $e '.repeat(n / 17),
  'HTML within emphasis': (n) => `**${'<b>'.repeat(n / 3)}x**`,
};

function measure(text: string): number {
  const started = performance.now();
  toMarkdown(fromMarkdown(text, { createId }));
  return performance.now() - started;
}

describe('text made to be slow', () => {
  it.each(Object.entries(hostile))('%s', (_name, make) => {
    measure(make(1_000)); // the first run compiles
    const [short, long] = [measure(make(10_000)), measure(make(40_000))];
    // Four times the text: sixteen times the work if it were quadratic. The floor swallows a machine's hiccups.
    expect(long).toBeLessThan(Math.max(9 * short, 700));
  });
});

describe('long minutes', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const seed = readFileSync(new URL('../golden/seed-meeting.md', import.meta.url), 'utf8');

  /** How often the parser reads each character of the text on its way in and out, on average. */
  function readings(text: string) {
    const spies = [vi.spyOn(MarkdownIt.prototype, 'parse'), vi.spyOn(MarkdownIt.prototype, 'parseInline')];
    const count = () => {
      const read = spies.flatMap(({ mock }) => mock.calls.map(([source]) => source.length));
      for (const spy of spies) spy.mockClear();
      return read.reduce((sum, length) => sum + length, 0) / text.length;
    };
    const json = fromMarkdown(text, { createId });
    const way = { in: count(), out: 0 };
    toMarkdown(json);
    return { ...way, out: count() };
  }

  it('are read a few times, however long they are', () => {
    const [short, long] = [readings(seed.repeat(2)), readings(seed.repeat(20))];
    // In: their blocks once, their lines once. Out: that again, and whatever is not plain words to see if it reads so.
    expect(short.in).toBeLessThan(2);
    expect(short.out).toBeLessThan(3.2);
    expect(long.in).toBeLessThan(1.02 * short.in);
    expect(long.out).toBeLessThan(1.02 * short.out);
  });
});
