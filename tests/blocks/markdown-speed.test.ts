// Text made to be slow must not be: work grows with the text, not with its square. Times are not compared with a
// clock on the wall but with the same text at a quarter of its length.
import { describe, expect, it } from 'vitest';
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
