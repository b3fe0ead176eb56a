import { expect, test } from 'vitest';
import type { BlockId } from '../../src/core/ids.ts';
import { toHtml } from '../../src/blocks/html.ts';
import { fromMarkdown, lowerDocument } from '../../src/blocks/markdown.ts';
import { writePlain } from '../../src/blocks/markdown/write.ts';
import { schema } from '../../src/blocks/schema.ts';
import { createGenerator, createRandom } from './random-document.ts';

const rounds = Number(process.env.MARKDOWN_ROUNDS ?? 300);

test(
  `${rounds} random documents read back from their markdown as they were, and again after that`,
  () => {
    const createId = () => 'r' as BlockId;
    for (let seed = 1; seed <= rounds; seed++) {
      const document = createGenerator(createRandom(seed)).document();
      expect(() => schema.nodeFromJSON(document).check(), `seed ${seed}`).not.toThrow();
      const { text, isExact } = writePlain(lowerDocument(document));
      expect(isExact, `seed ${seed}:\n${text}`).toBe(true);
      const back = fromMarkdown(text, { createId });
      expect(() => schema.nodeFromJSON(back).check(), `seed ${seed}`).not.toThrow();
      expect(writePlain(lowerDocument(back)).isExact, `seed ${seed}`).toBe(true);
    }
  },
  rounds * 100,
);

test('random documents together hold every node and mark, and each has markdown and HTML', () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 120; seed++) {
    const document = createGenerator(createRandom(seed)).document();
    expect(() => toHtml(document)).not.toThrow();
    schema.nodeFromJSON(document).descendants((node) => {
      seen.add(node.type.name);
      for (const mark of node.marks) seen.add(mark.type.name);
    });
  }
  seen.add('doc');
  expect([...seen].sort()).toEqual([...Object.keys(schema.nodes), ...Object.keys(schema.marks)].sort());
}, 30_000);
