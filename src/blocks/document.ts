// Y.Doc <-> document JSON: with line-text.ts the only file of blocks that knows Yjs.
//
// Reading is pure. The Yjs binding's own ways to a ProseMirror node delete from the Y.Doc whatever the schema
// rejects; here the shared types are copied out as they are, and the copy is repaired.
// A note's text is the XML fragment `default`; the signatures of its roll calls are the root map `roll`.

import type { JSONContent } from '@tiptap/core';
import { prosemirrorJSONToYXmlFragment } from 'y-prosemirror';
import * as Y from 'yjs';
import type { BlockId } from '../core/ids.ts';
import { parseBlockId } from '../core/ids.ts';
import { fragmentName, maxTitleLength, rollName } from '../core/note.ts';
import { toLine } from '../core/person.ts';
import type { Roll, RollEntry } from '../core/roll-call.ts';
import { attendance, toRollEntry } from '../core/roll-call.ts';
import type { DocumentJson, NodeJson } from './document-json.ts';
import { textOf } from './document-json.ts';
import { giveText } from './line-text.ts';
import { maxDepth, repair } from './repair.ts';
import { writtenLines } from './roll-call/lines.ts';
import { schema } from './schema.ts';

/** Makes the note's text what `json` says, as one transaction. `json` is repaired first. */
export function writeDocument(document: Y.Doc, json: JSONContent): void {
  document.transact(() => {
    const fragment = document.getXmlFragment(fragmentName);
    prosemirrorJSONToYXmlFragment(schema, repair(json), fragment);
    for (const node of fragment.createTreeWalker(() => true))
      if (node instanceof Y.XmlElement) giveText(node, schema);
  });
}

/** The note's text as a document that satisfies the schema. Never writes, never throws on what others wrote. */
export const readDocument = (document: Y.Doc): DocumentJson => documentOf(blocksOf(document));

type Block = ReturnType<Y.XmlFragment['toArray']>[number];

const blocksOf = (document: Y.Doc): Block[] => document.getXmlFragment(fragmentName).toArray();

const documentOf = (blocks: readonly Block[]): DocumentJson =>
  repair({ type: 'doc', content: blocks.flatMap((block) => readNode(block, 0)) });

/** Twice as deep as a repaired document may be: past that only the text is wanted, and the stack is finite. */
const maxReadDepth = 2 * maxDepth;

function readNode(node: Block, depth: number): NodeJson[] {
  if (node instanceof Y.XmlText) return readText(node);
  if (!(node instanceof Y.XmlElement)) return [];
  const attrs: Record<string, unknown> = { ...node.getAttributes() };
  const isDeep = depth >= maxReadDepth;
  const content = isDeep ? readDeepText(node) : node.toArray().flatMap((child) => readNode(child, depth + 1));
  return [{ type: node.nodeName, attrs, content }];
}

function readDeepText(parent: Y.XmlFragment): NodeJson[] {
  const found: NodeJson[] = [];
  for (const node of parent.createTreeWalker((type) => type instanceof Y.XmlText))
    if (node instanceof Y.XmlText) found.push(...readText(node));
  return found;
}

/** The binding stores marks as formatting; one that may overlap itself carries a hash: `link--a1b2`. */
function readText(text: Y.XmlText): NodeJson[] {
  const delta = text.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[];
  return delta.flatMap(({ insert, attributes = {} }): NodeJson[] => {
    if (typeof insert !== 'string') return [];
    const marks = Object.entries(attributes).map(([name, attrs]) => ({
      type: name.replace(/--[A-Za-z0-9+/=]{8}$/, ''),
      attrs: (attrs ?? {}) as Record<string, unknown>,
    }));
    return [{ type: 'text', text: insert, marks }];
  });
}

/** The signatures by roll call, oldest first. Rows that are none (no name, a key of another shape) are left out. */
export function readRoll(document: Y.Doc): Map<BlockId, RollEntry[]> {
  const roll = new Map<BlockId, RollEntry[]>();
  const rows = [...document.getMap(rollName).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of rows) {
    const blockId = parseBlockId(key.slice(0, key.indexOf('/')));
    const entry = toRollEntry(value);
    if (!blockId || !entry) continue;
    const entries = roll.get(blockId);
    if (entries) entries.push(entry);
    else roll.set(blockId, [entry]);
  }
  for (const entries of roll.values()) entries.sort((a, b) => a.signedAt - b.signedAt);
  return roll;
}

/** Of the first line in a block that says something; '' when none does. */
function firstLine(node: NodeJson): string {
  const blocks = (node.content ?? []).filter(({ content }) => content);
  if (blocks.length > 0) return blocks.map(firstLine).find(Boolean) ?? '';
  return toLine(textOf(node).trimStart().split('\n')[0], maxTitleLength) || '';
}

/** The first heading that says something, else the first line of text, else ''. At most 200 characters. */
export function titleOf(json: DocumentJson): string {
  const headings = json.content.filter(({ type }) => type === 'heading').map(firstLine);
  return headings.find(Boolean) ?? json.content.map(firstLine).find(Boolean) ?? '';
}

/** What the home list shows of a note. */
export interface Summary {
  title: string;
  /** Everybody in its roll calls, each once, in order. */
  attendees: string[];
}

/** The summary of a note that has been read. */
export function summaryOf(json: DocumentJson, roll: Roll): Summary {
  const names = rollCallsOf(json).flatMap((node) => {
    const id = parseBlockId(String(node.attrs?.id));
    const entries = id ? (roll.get(id) ?? []) : [];
    return attendance(writtenLines(node), entries).map(({ person, entry }) => entry?.name ?? person.name);
  });
  return { title: titleOf(json), attendees: [...new Set(names)] };
}

/**
 * The note's summary, read from the blocks that have a say in it. It is wanted every few seconds while people write, and
 * reading the whole of a long note would make all others wait.
 */
export function readSummary(document: Y.Doc): Summary {
  const blocks = blocksOf(document);
  const first = blocks.find((block) => titleOf(documentOf([block])) !== '');
  const telling = blocks.filter((block) => block === first || isHeading(block) || holdsRollCall(block));
  return summaryOf(documentOf(telling), readRoll(document));
}

const isHeading = (node: unknown) => node instanceof Y.XmlElement && node.nodeName === 'heading';
const isRollCall = (node: unknown) => node instanceof Y.XmlElement && node.nodeName === 'rollCall';

function holdsRollCall(block: Block): boolean {
  if (!(block instanceof Y.XmlElement) || isRollCall(block)) return isRollCall(block);
  const [found] = block.createTreeWalker(isRollCall);
  return found !== undefined;
}

function rollCallsOf(node: NodeJson): NodeJson[] {
  const within = (node.content ?? []).flatMap(rollCallsOf);
  return node.type === 'rollCall' ? [node, ...within] : within;
}
