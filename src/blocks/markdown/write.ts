// Plain document -> markdown that reads back as the same document.
//
// Raw nodes are written as they are, when what they hold stands on its own; one that would swallow what follows it
// (an unclosed comment) is written as a code block, and inline raw that is more than one piece as text.
// After writing, the whole is read and compared. If it differs, the top-level blocks that do not come back one by
// one are written the safe way, then all of them. Cost: about two parses.

import type { DocumentJson, NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import { parseBlocks, parseInline, referencesOf } from './parser.ts';
import type { References } from './parser.ts';
import { meaningOf, prepare, prepareBlocks } from './plain.ts';
import { readInline, readPlain } from './read.ts';
import { writeBlocks } from './write-blocks.ts';

const around = 'x';

const isWord = (node: NodeJson | undefined) => node?.type === 'paragraph' && textOf(node) === around;

/** What a raw block's text reads as, in its place; a code block when it does not end where the block ends. */
function settleRawBlock(node: NodeJson, isFirst: boolean): NodeJson[] {
  const text = textOf(node).replace(/^\n+/, '').trimEnd();
  const read = readPlain(`${isFirst ? '' : `${around}\n\n`}${text}\n\n${around}`).content;
  const isWhole = isWord(read.at(-1)) && (isFirst || isWord(read[0]));
  if (isWhole && read.length > 1) return read.slice(isFirst ? 0 : 1, -1);
  return [{ type: 'codeBlock', attrs: { language: null, fence: null }, content: [{ type: 'text', text }] }];
}

const startsHtml = (source: string) => parseBlocks(source)[0]?.type === 'html_block';

/** HTML at the start of a line may be a block of HTML there: alone it is written as one, else as text. */
function settleParagraph(node: NodeJson): NodeJson {
  const content = node.content ?? [];
  const isAlone = content.length > 0 && content.every(({ type }) => type === 'rawInline');
  const source = content.map(({ attrs }) => String(attrs?.md ?? '')).join('');
  if (isAlone && startsHtml(source))
    return { type: 'rawBlock', attrs: { kind: 'html' }, content: [{ type: 'text', text: source }] };
  const settled = content.map((child, i) => {
    const isLineStart = i === 0 || content[i - 1]!.type.endsWith('Break');
    if (child.type !== 'rawInline' || !isLineStart) return child;
    const md = String(child.attrs?.md ?? '');
    const next = content[i + 1];
    const isLine = i === 0 && (!next || next.type.endsWith('Break') || next.type === 'rawInline');
    return startsHtml(isLine ? md : `${md} ${around}`) ? asText(child, md) : child;
  });
  return { ...node, content: settled };
}

const asText = (node: NodeJson, text: string): NodeJson => ({
  type: 'text',
  text,
  ...(node.marks && { marks: node.marks }),
});

function settleRawInline(node: NodeJson): NodeJson {
  const md = String(node.attrs?.md ?? '');
  const read = readInline(parseInline(md));
  if (read.length === 1 && read[0]!.type === 'rawInline' && read[0]!.attrs?.md === md) return node;
  return asText(node, md.replace(/\s+/g, ' '));
}

function settle(nodes: readonly NodeJson[], isDocument = false): NodeJson[] {
  return nodes.flatMap((node, i): NodeJson[] => {
    if (node.type === 'rawBlock') return settleRawBlock(node, isDocument && i === 0);
    if (node.type === 'rawInline') return [settleRawInline(node)];
    const settled = node.content ? { ...node, content: settle(node.content) } : node;
    return [settled.type === 'paragraph' ? settleParagraph(settled) : settled];
  });
}

function definitions(nodes: readonly NodeJson[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'rawBlock') return node.attrs?.kind === 'definition' ? [textOf(node)] : [];
    return node.content ? definitions(node.content) : [];
  });
}

const format = (lines: readonly string[]) => (lines.length > 0 ? `${lines.join('\n')}\n` : '');

const reads = (source: string, blocks: readonly NodeJson[], references: References) =>
  meaningOf(prepareBlocks(readPlain(source, references).content)) === meaningOf(blocks);

/** `isExact` is false when the text does not read back as the document: no case is known. */
export function writePlain(document: DocumentJson): { text: string; isExact: boolean } {
  const { content } = prepare({ type: 'doc', content: settle(prepare(document).content, true) });
  const references = referencesOf(definitions(content).join('\n\n'));
  const write = (isSafe: (block: NodeJson) => boolean) => {
    if (!content.some(isSafe)) return format(writeBlocks(content, { references, isSafe: false }));
    const safe = content.filter(isSafe);
    return format(writeMixed(content, new Set(safe), references));
  };
  const plain = write(() => false);
  if (reads(plain, content, {})) return { text: plain, isExact: true };
  const broken = new Set(
    content.filter((block) => {
      const source = format(writeBlocks([block], { references, isSafe: false }));
      return !reads(source, [block], references);
    }),
  );
  const mended = write((block) => broken.has(block));
  if (broken.size > 0 && reads(mended, content, {})) return { text: mended, isExact: true };
  const safe = write(() => true);
  return { text: safe, isExact: reads(safe, content, {}) };
}

/** Runs of blocks written the safe way between runs written the plain way. */
function writeMixed(
  content: readonly NodeJson[],
  safe: ReadonlySet<NodeJson>,
  references: References,
): string[] {
  const lines: string[] = [];
  for (let i = 0; i < content.length;) {
    const isSafe = safe.has(content[i]!);
    let end = i;
    while (end < content.length && safe.has(content[end]!) === isSafe) end++;
    if (i > 0) lines.push('');
    for (const text of writeBlocks(content.slice(i, end), { references, isSafe })) lines.push(text);
    i = end;
  }
  return lines;
}
