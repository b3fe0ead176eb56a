import type { Node } from '@tiptap/pm/model';
import { expect, test } from 'vitest';
import { changedBlocks } from '../../src/blocks/changed-blocks.ts';
import { schema } from '../../src/blocks/schema.ts';
import { createRandom } from './random-document.ts';

const block = (text: string) => schema.node('paragraph', null, text ? schema.text(text) : []);
const sizeOf = (blocks: readonly Node[]) => blocks.reduce((sum, { nodeSize }) => sum + nodeSize, 0);

test('the same blocks are no change, and a changed block is one alone', () => {
  const blocks = ['a', 'bb', 'ccc', 'd'].map(block);
  expect(changedBlocks(blocks, blocks)).toEqual([]);
  const after = [blocks[0]!, block('B'), blocks[2]!, block('D')];
  expect(changedBlocks(blocks, after)).toEqual([
    { from: 3, to: 7, blocks: [after[1]] },
    { from: 12, to: 15, blocks: [after[3]] },
  ]);
});

test.each([1, 2, 3])('carried out in turn they make the one document of the other (seed %i)', (seed) => {
  const random = createRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let round = 0; round < 300; round++) {
    const before = Array.from({ length: below(8) }, (_, n) => block('x'.repeat(n)));
    const after = [...before];
    for (let change = below(4); change > 0; change--)
      after.splice(
        below(after.length + 1),
        below(3),
        ...Array.from({ length: below(3) }, () => block('new')),
      );
    const found = changedBlocks(before, after);
    const made: Node[] = [];
    let at = 0;
    let pos = 0;
    const pass = (to: number) => {
      while (pos < to) {
        made.push(before[at]!);
        pos += before[at++]!.nodeSize;
      }
    };
    for (const { from, to, blocks } of found) {
      pass(from);
      made.push(...blocks);
      while (pos < to) pos += before[at++]!.nodeSize;
      expect(pos).toBe(to);
    }
    pass(sizeOf(before));
    expect(made).toHaveLength(after.length);
    expect(made.every((node, n) => node === after[n])).toBe(true);
  }
});
