// A roll call in markdown: the question as it stands, then a list of `* Name / Affiliation / @handle`. Signatures
// join the list that was written by hand, in its own marker; nobody is named twice.

import type { BlockId } from '../../core/ids.ts';
import { parseBlockId } from '../../core/ids.ts';
import type { Roll } from '../../core/roll-call.ts';
import { formatPersonLine, parsePersonLine, separatorOf } from '../../core/person-line.ts';
import {
  attendance,
  isRollCallLine,
  isRollCallList,
  isRollCallStart,
  isSureLine,
} from '../../core/roll-call.ts';
import { noTask } from '../action-item/list-item.ts';
import { rulesOf } from '../attributes.ts';
import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import { itemLines, writtenLines } from './lines.ts';

const isList = ({ type }: NodeJson) => type === 'bulletList' || type === 'orderedList';

/** An item as Enter makes it behind `before`. */
function itemAfter(before: NodeJson | undefined, text: string): NodeJson {
  const kept = Object.entries(rulesOf('listItem')).filter(([, { keepOnSplit }]) => keepOnSplit);
  const style = Object.fromEntries(kept.map(([name]) => [name, before?.attrs?.[name] ?? null]));
  const content = [{ type: 'paragraph', content: [{ type: 'text', text }] }];
  return { type: 'listItem', attrs: { ...style, ...noTask }, content };
}

/** The blocks a roll call leaves as: what was written, with a line for each signature that has none. */
export function lowerRollCall(node: NodeJson, roll: Roll): NodeJson[] {
  const content = node.content ?? [];
  const id = parseBlockId(String(node.attrs?.id));
  const lines = writtenLines(node);
  const added = attendance(lines, (id && roll.get(id)) || [])
    .filter(({ line }) => line === null)
    .map(({ person }) => formatPersonLine(person, separatorOf(lines)));
  if (added.length === 0) return content;
  const last = content.findLastIndex(isList);
  const list = content[last];
  if (!list) {
    const items = added.map((text) => itemAfter(undefined, text));
    return [...content, { type: 'bulletList', attrs: { marker: '*' }, content: items }];
  }
  const items = list.content ?? [];
  // Slots left for people stay the last lines.
  const end =
    items.findLastIndex((line) => textOf(line).trim() !== '' || (line.content?.length ?? 0) > 1) + 1;
  const made = added.map((text) => itemAfter(items[end - 1] ?? items[0], text));
  const joined = { ...list, content: [...items.slice(0, end), ...made, ...items.slice(end)] };
  return content.toSpliced(last, 1, joined);
}

const isEmptyList = (lines: readonly string[]) =>
  lines.every((line) => parsePersonLine(line).kind === 'slot');

/** The lines of a list, unless it is one of tasks. */
const linesOf = (block: NodeJson | undefined): string[] | null => {
  const items = block && isList(block) ? (block.content ?? []) : null;
  const isTasks = items?.some(({ attrs }) => typeof attrs?.checked === 'boolean') ?? false;
  return items && !isTasks ? items.flatMap(itemLines) : null;
};

/** Whether a block goes on with the roll call before it: `Others: Josh, Niko`, or a second list of people. */
const goesOn = (block: NodeJson | undefined): boolean =>
  block?.type === 'paragraph' ? isRollCallLine(textOf(block)) : (linesOf(block)?.some(isSureLine) ?? false);

/** Whether a paragraph asks for the roll by itself, whatever follows: its last line ends in `Roll call:`. */
const isQuestion = (node: NodeJson) => node.type === 'paragraph' && /roll ?call:\s*$/i.test(textOf(node));

const isPlainText = (block: NodeJson | undefined) =>
  block?.type === 'paragraph' && !isRollCallStart(textOf(block));

/** Whether a block before the list shows how to sign: `> name / institution / GitHub handle`. */
const isExample = (block: NodeJson | undefined) =>
  (block?.type === 'blockquote' || block?.type === 'paragraph') &&
  parsePersonLine(textOf(block)).kind === 'placeholder';

/**
 * How many blocks from `start` on are a roll call, and where it begins: under a heading that announces one the
 * heading stays outside. Null when there is none at `start`.
 */
function findRollCall(blocks: readonly NodeJson[], start: number): { from: number; to: number } | null {
  const first = blocks[start]!;
  if (first.type === 'paragraph' && isRollCallLine(textOf(first))) return { from: start, to: start + 1 };
  const isHeading = first.type === 'heading';
  if ((!isHeading && first.type !== 'paragraph') || !isRollCallStart(textOf(first))) return null;
  let at = start + 1;
  while (isExample(blocks[at]) || (isHeading && isPlainText(blocks[at]))) at++;
  const lines = linesOf(blocks[at]);
  if (lines && (isRollCallList(lines) || (isQuestion(first) && isEmptyList(lines))))
    return { from: isHeading ? start + 1 : start, to: at + 1 };
  return isQuestion(first) ? { from: start, to: start + 1 } : null;
}

/** Puts each roll call among a document's blocks into a block of its own, the lines as they were written. */
export function raiseRollCalls(blocks: readonly NodeJson[], createId: () => BlockId): NodeJson[] {
  const raised: NodeJson[] = [];
  for (let i = 0; i < blocks.length;) {
    const found = findRollCall(blocks, i);
    if (!found) {
      raised.push(blocks[i++]!);
      continue;
    }
    let { to } = found;
    while (goesOn(blocks[to])) to++;
    raised.push(...blocks.slice(i, found.from));
    raised.push({ type: 'rollCall', attrs: { id: createId() }, content: blocks.slice(found.from, to) });
    i = to;
  }
  return raised;
}
