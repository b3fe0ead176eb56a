// Which blocks need an empty line between them, and so which lists are loose.

import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import type { Spacing } from './frame.ts';
import { parseBlocks } from './parser.ts';
import { breaksLine } from './prepare-inline.ts';

export const isList = ({ type }: NodeJson) => type === 'bulletList' || type === 'orderedList';

/** Whether the last line of a block is text that goes on with the next line, if that is text too. */
function endsInText(node: NodeJson | undefined): boolean {
  if (!node) return false;
  if (node.type === 'paragraph') return true;
  const isContainer = isList(node) || node.type === 'listItem' || node.type === 'blockquote';
  return isContainer && endsInText(node.content?.at(-1));
}

const hasBreak = ({ content = [] }: NodeJson) => content.some(breaksLine);

export const isUnderlined = (heading: NodeJson) => Boolean(heading.attrs?.setext) || hasBreak(heading);

const endsItself = /(?:-->|\?>|\]\]>|<\/(?:pre|script|style|textarea)>|^<![a-z][^>]*>)\s*$/i;

/** Whether `next` could not be told from `previous` on the line after it, however both are spelled. */
export function mustPart(previous: NodeJson, next: NodeJson): boolean {
  if (previous.type === 'rawBlock') {
    if (previous.attrs?.kind === 'html') return !endsItself.test(textOf(previous));
    if (previous.attrs?.kind === 'footnote')
      return next.type !== 'rawBlock' || next.attrs?.kind !== 'footnote';
    return previous.attrs?.kind === 'unknown';
  }
  if (previous.type === 'blockquote' && next.type === 'blockquote') return true;
  if (!endsInText(previous) && previous.type !== 'table') return false;
  switch (next.type) {
    case 'heading':
      return hasBreak(next);
    case 'bulletList':
      return previous.type === 'paragraph' && isEmptyList(next);
    case 'orderedList':
      return previous.type === 'paragraph' && (isEmptyList(next) || next.attrs?.start !== 1);
    case 'table':
      return previous.type !== 'paragraph';
    case 'horizontalRule':
    case 'codeBlock':
    case 'blockquote':
      return false;
    case 'rawBlock':
      return !interruptsText(textOf(next), previous);
    default:
      return true;
  }
}

/** Raw markdown that could make something else of the bullet before it stands on the line below. */
export const startsBelow = (node: NodeJson): boolean =>
  node.type === 'rawBlock' && node.attrs?.kind === 'unknown' && /^[ \t]*[-*_+]/.test(textOf(node));

/** A list cannot follow a line of text when its first item has nothing on its marker's line. */
function isEmptyList({ content }: NodeJson): boolean {
  const first = content?.[0]?.content?.[0];
  return first === undefined || startsBelow(first);
}

/** Whether, as the document keeps them spelled, an empty line must stand between what need not have one. */
export function mustPartAsKept(previous: NodeJson, next: NodeJson): boolean {
  if (next.type === 'codeBlock' && next.attrs?.fence === 'indent')
    return endsInText(previous) || isList(previous) || previous.attrs?.fence === 'indent';
  if (next.type === 'heading') return isUnderlined(next) && endsInText(previous);
  if (next.type === 'horizontalRule')
    return previous.type === 'paragraph' && String(next.attrs?.rule ?? '-').startsWith('-');
  return (
    isList(next) && previous.type === 'paragraph' && Boolean(next.content?.[0]?.content?.[0]?.attrs?.gap)
  );
}

/** Whether a quote ends in an empty line of its own, which parts it from what follows. */
export const endsApart = ({ type, content }: NodeJson): boolean =>
  type === 'blockquote' && String(content?.at(-1)?.attrs?.tail ?? '').includes('\n');

function interruptsText(raw: string, previous: NodeJson): boolean {
  const type = parseBlocks(`x\n${raw}`).tokens[3]?.type ?? '';
  if (type === 'html_block' || type === 'container') return true;
  // Under the text of a list or quote, or a table, their lines would be more of that.
  return previous.type === 'paragraph' && (type === 'table_open' || type === 'abbreviation');
}

const hasGap = (content: readonly NodeJson[] = []) => /\n[ \t]*\n/.test(content.map(textOf).join(''));

/** Whether an empty line must stand between two blocks of an item. */
const isParted = ({ content = [] }: NodeJson): boolean =>
  content.some((child, i) => i > 0 && mustPart(content[i - 1]!, child));

const isUnknown = ({ type, attrs }: NodeJson) => type === 'rawBlock' && attrs?.kind === 'unknown';

/** Whether a block is a paragraph; raw markdown of more than one kind may hold some. */
function holdsText(block: NodeJson): boolean {
  if (!isUnknown(block)) return block.type === 'paragraph';
  // Not at the beginning of a text, where it could be front matter.
  const [, ...others] = parseBlocks(`x\n\n${textOf(block)}`).tokens;
  return others.some(({ type, level }) => type === 'paragraph_open' && level === 0);
}

/** What stands between the blocks of a prepared list. When none of them is a paragraph it makes no difference. */
export function spacingOf({ content: items = [], attrs }: NodeJson): Spacing {
  const blocks = items.flatMap(({ content = [] }) => content);
  if (!blocks.some(holdsText)) return 'free';
  if (blocks.some((block) => isUnknown(block) && hasGap(block.content))) return 'loose';
  const hasRoom = items.length > 1 || (items[0]?.content?.length ?? 0) > 1;
  return (attrs?.loose === true && hasRoom) || items.some(isParted) ? 'loose' : 'tight';
}

/** Whether the lines of a prepared list are paragraphs with space between them. */
export const isLoose = (list: NodeJson): boolean => spacingOf(list) === 'loose';
