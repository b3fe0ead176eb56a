// Raw nodes as what their source reads as, in their place: they are written as they are when what they hold stands on
// its own. A block that would swallow what follows it (an unclosed comment) is written as a code block, and inline raw
// that is more than one piece as text.

import { trimEmptyLinesOf } from '../../core/trim.ts';
import type { NodeJson } from '../document-json.ts';
import { keepSame, textOf, withContent } from '../document-json.ts';
import type { References } from './parser.ts';
import { startsHtml, startsHtmlAt } from './html-lines.ts';
import { parseInline } from './parser.ts';
import { hasMark, isBreak } from './prepare-inline.ts';
import { readPlain } from './read.ts';
import { readInline } from './read-inline.ts';

const around = 'x';

const isWord = (node: NodeJson | undefined) => node?.type === 'paragraph' && textOf(node) === around;

export interface SettleOptions {
  references: References;
  /** Code is what is not raw any more, and what something below could close, be there such a thing or not. */
  isWary: boolean;
}

/** Behind a text, two lines that end a container and front matter. */
const closers = '\n\n:::\n\n---';

/** What a source reads as behind and before other text; null when it takes that in. */
function readBetween(text: string, isFirst: boolean, isLast: boolean, isWary = false): NodeJson[] | null {
  const [before, after] = [isFirst ? '' : `${around}\n\n`, isLast ? '' : `\n\n${around}`];
  const read = readPlain(before + text + after + (isWary && !isLast ? closers : '')).content;
  const end = isLast ? read.length : read.length - (isWary ? 3 : 1);
  const isWhole = (isLast || isWord(read[end])) && (isFirst || isWord(read[0]));
  return isWhole ? read.slice(isFirst ? 0 : 1, end) : null;
}

/** Nothing precedes the document's first block. A block may end with the document, or with what it is in. */
interface Ends {
  isFirst: boolean;
  isLast: boolean;
  isLastWithin: boolean;
}

/**
 * A raw block as the kind its text reads as, in its place: `unknown` when that is more than one, or no raw one at all.
 * A code block when it does not end where the block ends.
 */
function settleRawBlock(node: NodeJson, { isFirst, isLast, isLastWithin }: Ends, isWary: boolean): NodeJson {
  const text = trimEmptyLinesOf(textOf(node).replace(/^\n+/, ''));
  const content: NodeJson[] = [{ type: 'text', text }];
  const kindOf = (read: NodeJson[] | null) => {
    const isSame = read?.length === 1 && read[0]!.type === 'rawBlock' && textOf(read[0]!) === text;
    return isSame ? read[0]!.attrs?.kind : null;
  };
  const read = readBetween(text, isFirst, isLast, isWary);
  // What else nobody closes would take in the empty lines after it.
  const kind = kindOf(read ?? (isLastWithin ? readBetween(text, isFirst, true) : null));
  if (kind === null && (isWary || !read?.length)) {
    const { gap, tail } = node.attrs ?? {};
    return { type: 'codeBlock', attrs: { gap, tail, language: null, fence: null }, content };
  }
  return { type: 'rawBlock', attrs: { ...node.attrs, kind: kind ?? 'unknown' }, content };
}

/** HTML that would begin a block at the start of a line is text there. */
function settleLines(node: NodeJson): NodeJson {
  const content = node.content ?? [];
  const settled = content.map((child, i) =>
    startsHtmlAt(content, i) ? asText(child, String(child.attrs?.md ?? '')) : child,
  );
  return withContent(node, keepSame(content, settled));
}

/** HTML that is all of a paragraph and would be a block of HTML is written as one. */
function settleParagraph(node: NodeJson): NodeJson {
  const content = node.content ?? [];
  const isAlone = content.length > 0 && content.every(({ type }) => type === 'rawInline');
  const source = content.map(({ attrs }) => String(attrs?.md ?? '')).join('');
  if (isAlone && startsHtml(source))
    return {
      type: 'rawBlock',
      attrs: { ...node.attrs, kind: 'html' },
      content: [{ type: 'text', text: source }],
    };
  return settleLines(node);
}

/** Behind `#` no block begins; over an underline, as a heading of several lines has it, it would. */
const settleHeading = (node: NodeJson): NodeJson => (node.content?.some(isBreak) ? settleLines(node) : node);

const asText = (node: NodeJson, text: string): NodeJson => ({
  type: 'text',
  text,
  ...(node.marks && { marks: node.marks }),
});

/** Emphasis within emphasis of its kind is raw too: no mark could say it. */
function settleRawInline(node: NodeJson, references: References): NodeJson {
  const md = String(node.attrs?.md ?? '');
  const [only, ...others] = readInline(parseInline(md, references));
  const isRaw = only?.type === 'rawInline' && only.attrs?.md === md;
  const isNested = only?.marks?.some(({ type }) => type !== 'link' && hasMark(node, type)) ?? false;
  if (others.length === 0 && (isRaw || isNested)) return node;
  return asText(node, md.replace(/\s+/g, ' '));
}

/** `isDocument`: the blocks are all there are, so that one at either end has nothing before or after it. */
export function settle(
  nodes: readonly NodeJson[],
  options: SettleOptions,
  isDocument = false,
): readonly NodeJson[] {
  const settled = nodes.map((node, i): NodeJson => {
    const isLastWithin = i === nodes.length - 1;
    const ends = { isFirst: isDocument && i === 0, isLast: isDocument && isLastWithin, isLastWithin };
    if (node.type === 'rawBlock') return settleRawBlock(node, ends, options.isWary);
    if (node.type === 'rawInline') return settleRawInline(node, options.references);
    const inner = node.content ? withContent(node, settle(node.content, options)) : node;
    if (inner.type === 'heading') return settleHeading(inner);
    return inner.type === 'paragraph' ? settleParagraph(inner) : inner;
  });
  return keepSame(nodes, settled);
}
