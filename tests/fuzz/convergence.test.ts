import { initProseMirrorDoc } from 'y-prosemirror';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { readDocument, readRoll } from '../../src/blocks/document.ts';
import { toMarkdown } from '../../src/blocks/markdown.ts';
import { schema } from '../../src/blocks/schema.ts';
import { keptIn } from './edits.ts';
import { liveThrough } from './network.ts';

/** Found once and kept, with what was wrong. */
const kept = new Map([
  [108, 'a write that failed was on disk, and nobody was told'],
  [122, 'the server tidied up formatting that its records still had'],
  [46, 'a stranger who left in a hurry held their Yjs id for ever'],
  [8142, 'reading the store here tidied up formatting that everybody else still had'],
  [8885, 'who took something back saw it elsewhere than all others'],
]);

/** `FUZZ_SEEDS=10000` for a long run; `FUZZ_FROM` for a part of it. */
const from = Number(process.env.FUZZ_FROM ?? 1);
const run = Array.from({ length: Number(process.env.FUZZ_SEEDS ?? 200) }, (_, n) => from + n);
const seeds = [...new Set([...run, ...kept.keys()])];
const steps = 300;

/** What a person sees and takes away. */
function facesOf(doc: Y.Doc) {
  const markdown = toMarkdown(readDocument(doc), readRoll(doc));
  const copy = new Y.Doc(); // drawing deletes what the schema does not allow
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const editor: unknown = initProseMirrorDoc(copy.getXmlFragment('default'), schema).doc.toJSON();
  return { markdown, editor, xml: doc.getXmlFragment('default').toJSON(), roll: doc.getMap('roll').toJSON() };
}

/** Lives through a story, and expects all of it. */
async function expectAgreement(seed: number): Promise<void> {
  const { documents, signed, promised, lost, finalCodes, story } = await liveThrough(seed, steps);
  const after = `after:\n${story.join('\n')}`;
  expect(finalCodes, after).toEqual([]);
  expect(lost, `not on disk although promised, ${after}`).toEqual([]);
  const [first] = documents.map(({ doc }) => ({ doc, faces: facesOf(doc), snapshot: Y.snapshot(doc) }));
  for (const { who, doc } of documents) {
    const label = `${who} has the same note, ${after}`;
    expect(facesOf(doc), label).toEqual(first!.faces);
    expect(Y.equalSnapshots(Y.snapshot(doc), first!.snapshot), label).toBe(true);
  }
  for (const row of signed) expect(first!.faces.roll, `${row} was signed, ${after}`).toHaveProperty([row]);
  expect(keptIn(first!.doc), after).toEqual(expect.arrayContaining(promised));
  expect(JSON.stringify(first!.faces.roll)).not.toContain('Forged');
}

describe('convergence', () => {
  test.each(seeds.map((seed) => [seed, kept.has(seed) ? ` (${kept.get(seed)})` : ''] as const))(
    'seed %i: everybody ends with the same note%s',
    { timeout: 60_000 },
    (seed) => expectAgreement(seed),
  );
});
