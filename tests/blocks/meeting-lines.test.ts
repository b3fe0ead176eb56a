// Finding meetings in a text and writing them out again changes nothing of it: whatever the lines were spelled like.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { BlockId } from '../../src/core/ids.ts';
import type { NodeJson } from '../../src/blocks/document-json.ts';
import { textOf } from '../../src/blocks/document-json.ts';
import { fromMarkdown, toMarkdown } from '../../src/blocks/markdown.ts';
import { readPlain } from '../../src/blocks/markdown/read.ts';
import { lowerLines, raiseLines } from '../../src/blocks/meeting-lines.ts';
import { repair } from '../../src/blocks/repair.ts';
import { raiseRollCalls } from '../../src/blocks/roll-call/markdown.ts';
import { createRandom } from '../support/random.ts';
import { createGenerator, createRandom as createShare } from './random-document.ts';

const createId = () => 'r' as BlockId;

/** A document without its layout: what it says, and which lines are meetings. */
function bare({ type, text, marks = [], attrs, content = [] }: NodeJson): unknown {
  const { decision = null, decidedBy = null, decidedOn = null, action = null, checked = null } = attrs ?? {};
  const said = [decision, decidedBy, decidedOn, action, checked];
  return [type, text, marks.map((mark) => [mark.type, mark.attrs?.href]), said, content.map(bare)];
}

/** Finds the meetings among the blocks of a text and writes them as plain blocks again. */
function expectUnchanged(text: string, hint: string) {
  const { content } = repair(readPlain(text));
  const raised = raiseLines(raiseRollCalls(content, createId));
  const lowered = lowerLines(raised).flatMap((node) => (node.type === 'rollCall' ? node.content! : [node]));
  const back = repair({ type: 'doc', content: lowered });
  expect(back.content.map(bare), hint).toEqual(content.map(bare));
}

const labels = [
  'Decision: ',
  '**Decision:** ',
  'Agreed - ',
  '*Resolved*: ',
  'TODO: ',
  '**Action:** ',
  'AI: ',
];
const names = ['Niko ', '@ana ', '[x] @ana ', '[ ] Niko ', '[ ] **Action:** Niko '];
const starts = ['', ...labels, 'Decision', 'Action:', 'Agreed:', '[ ] ', '[x] **Action:** ', ...names];
const rests = [
  'go',
  'go (accepted)',
  'go (rejected by Ana on 2026-11-23)',
  'yes / no',
  '',
  '(deferred)',
  '@tim go by Friday',
];
const headings = ['## Action items', '## Attendees', '## Notes', 'Roll call:', 'Present: Ana, Niko'];

/** Minutes as nobody writes them: every label, place and nesting. */
function minutes(seed: number): string {
  const { pick, below, chance } = createRandom(seed);
  const lines: string[] = [];
  for (let i = 0; i < 12; i++) {
    if (chance(0.2)) lines.push('', pick(headings), '');
    const words = pick(starts) + pick(rests);
    lines.push(
      chance(0.15) ? `\n${words}\n` : `${'    '.repeat(below(3))}${pick(['-', '*', '1.'])} ${words}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

test('minutes of any spelling (150 seeds) are the same behind and before', { timeout: 30_000 }, () => {
  const marks = new Set<string>();
  for (let seed = 1; seed <= 150; seed++) {
    const text = minutes(seed);
    expectUnchanged(text, `seed ${seed}:\n${text}`);
    for (const [found] of JSON.stringify(fromMarkdown(text, { createId })).matchAll(
      /"(decision":"\w+|action":true|type":"rollCall)"?/g,
    ))
      marks.add(found);
  }
  expect([...marks].sort()).toEqual([
    '"action":true',
    '"decision":"accepted"',
    '"decision":"deferred"',
    '"decision":"proposed"',
    '"decision":"rejected"',
    '"type":"rollCall"',
  ]);
});

test('so are the seed document and random documents', { timeout: 30_000 }, () => {
  expectUnchanged(
    readFileSync(new URL('../golden/seed-meeting.md', import.meta.url), 'utf8'),
    'seed document',
  );
  for (let seed = 1; seed <= 40; seed++) {
    const text = toMarkdown(createGenerator(createShare(seed)).document());
    expectUnchanged(text, `seed ${seed}:\n${text}`);
  }
});

/** Every roll call, decision and action in order, with its words and what it says of itself. */
function meetings(node: NodeJson): unknown[] {
  const { decision, decidedBy, decidedOn, action, checked } = node.attrs ?? {};
  const isOne = node.type === 'rollCall' || decision || action;
  const own = isOne ? [[node.type, textOf(node), decision, decidedBy, decidedOn, action, checked]] : [];
  return [...own, ...(node.content ?? []).flatMap(meetings)];
}

test('what leaves comes back as the same decisions and actions (150 seeds)', { timeout: 30_000 }, () => {
  for (let seed = 1; seed <= 150; seed++) {
    const json = fromMarkdown(minutes(seed), { createId });
    const text = toMarkdown(json);
    expect(meetings(fromMarkdown(text, { createId })), `seed ${seed}:\n${text}`).toEqual(meetings(json));
  }
});
