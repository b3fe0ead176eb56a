// What of a plain document markdown can say, and when two documents say the same.
//
// `prepare` rewrites a document into one that markdown has a spelling for, changing no word: white space at the ends
// of lines and marks goes out of them, empty paragraphs go, a table's rows get one width. The writer writes a
// prepared document; `meaningOf` leaves the spelling (markers, fences) out of one, and equal strings mean equal.

import { trimEndOf } from '../../core/trim.ts';
import type { DocumentJson, MarkJson, NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';

const isBreak = ({ type }: NodeJson) => type === 'softBreak' || type === 'hardBreak';
export const hasMark = ({ marks }: NodeJson, type: string) =>
  marks?.some((mark) => mark.type === type) ?? false;

const without = (node: NodeJson, type: string): NodeJson => {
  const { marks, ...rest } = node;
  const kept = marks?.filter((mark) => mark.type !== type) ?? [];
  return kept.length > 0 ? { ...rest, marks: kept } : rest;
};

const sameMarks = (a: NodeJson, b: NodeJson) =>
  JSON.stringify(sorted(a.marks)) === JSON.stringify(sorted(b.marks));
const sorted = (marks: MarkJson[] = []) => [...marks].sort((a, b) => (a.type < b.type ? -1 : 1));

function merge(nodes: readonly NodeJson[]): NodeJson[] {
  const merged: NodeJson[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.type === 'text' && !node.text) continue;
    if (node.type === 'text' && last?.type === 'text' && sameMarks(node, last))
      merged[merged.length - 1] = { ...last, text: last.text! + node.text! };
    else merged.push(node);
  }
  return merged;
}

/** `**a **` is not bold in markdown: white space and breaks at either end of a marked run leave it. */
function expelSpace(nodes: readonly NodeJson[], mark: string): NodeJson[] {
  const out: NodeJson[] = [];
  for (let i = 0; i < nodes.length;) {
    if (!hasMark(nodes[i]!, mark)) {
      out.push(nodes[i++]!);
      continue;
    }
    let end = i;
    while (end < nodes.length && hasMark(nodes[end]!, mark)) end++;
    const run = nodes.slice(i, end);
    const tail: NodeJson[] = [];
    while (run.length > 0 && isSpace(run[0]!)) out.push(without(run.shift()!, mark));
    while (run.length > 0 && isSpace(run.at(-1)!)) tail.unshift(without(run.pop()!, mark));
    if (run.length > 0) {
      const [before, first] = split(run[0]!, /^\s*/);
      run[0] = first;
      const last = run.at(-1)!;
      const [body, after] = hasMark(last, 'code') || last.type !== 'text' ? [last, null] : splitEnd(last);
      run[run.length - 1] = body;
      if (before) out.push(without(before, mark));
      out.push(...run);
      if (after) out.push(without(after, mark));
    }
    out.push(...tail);
    i = end;
  }
  return merge(out);
}

const isSpace = (node: NodeJson) =>
  isBreak(node) || (node.type === 'text' && !hasMark(node, 'code') && !/\S/.test(node.text ?? ''));

function split(node: NodeJson, start: RegExp): [NodeJson | null, NodeJson] {
  const space = node.type === 'text' && !hasMark(node, 'code') ? start.exec(node.text!)![0] : '';
  return space
    ? [
        { ...node, text: space },
        { ...node, text: node.text!.slice(space.length) },
      ]
    : [null, node];
}

function splitEnd(node: NodeJson): [NodeJson, NodeJson | null] {
  const body = node.text!.trimEnd();
  if (body.length === node.text!.length) return [node, null];
  return [
    { ...node, text: body },
    { ...node, text: node.text!.slice(body.length) },
  ];
}

/** Takes white space off both ends of each line, breaks off both ends of the block; two breaks stay two breaks. */
function trimLines(nodes: readonly NodeJson[]): NodeJson[] {
  const out: NodeJson[] = [];
  const trimEnd = (trim: (text: string) => string) => {
    for (let last = out.at(-1); last?.type === 'text' && !hasMark(last, 'code'); last = out.at(-1)) {
      const text = trim(last.text!);
      if (text === last.text) return;
      out.pop();
      if (text) out.push({ ...last, text });
    }
  };
  for (const node of nodes) {
    const last = out.at(-1);
    if (isBreak(node)) {
      trimEnd((text) => trimEndOf(text, ' \t'));
      const before = out.at(-1);
      if (before) out.push(isBreak(before) ? { ...node, type: 'hardBreak' } : node);
    } else if (node.type === 'text' && !hasMark(node, 'code') && (!last || isBreak(last))) {
      const text = node.text!.replace(last ? /^[ \t]+/ : /^\s+/, '');
      if (text) out.push({ ...node, text });
    } else out.push(node);
  }
  trimEnd((text) => text.trimEnd());
  while (out.length > 0 && isBreak(out.at(-1)!)) {
    out.pop();
    trimEnd((text) => text.trimEnd());
  }
  return out;
}

type Line = 'paragraph' | 'heading' | 'cell';

/** A line of inline nodes as markdown can spell it. */
export function prepareInline(content: readonly NodeJson[], line: Line): NodeJson[] {
  const respelt = content.map((node) => respell(node, line));
  let nodes = merge(respelt.map((node) => (node.type === 'text' ? node : without(node, 'code'))));
  for (const mark of ['bold', 'italic', 'strike']) nodes = expelSpace(nodes, mark);
  return merge(trimLines(nodes));
}

/** The one way to write a break in a table's cell. */
export const htmlBreak = /^<br\s*\/?>$/i;

/** An image's description is one line; an image without an address is its description. */
function respell(node: NodeJson, line: Line): NodeJson {
  const asText = (text: string): NodeJson => ({
    type: 'text',
    text,
    ...(node.marks && { marks: node.marks }),
  });
  const isHtmlBreak = node.type === 'rawInline' && htmlBreak.test(String(node.attrs?.md));
  if ((isBreak(node) || isHtmlBreak) && line === 'cell')
    return { type: 'hardBreak', ...(node.marks && { marks: node.marks }) };
  if (isBreak(node) && line === 'heading') return asText(' ');
  if (node.type !== 'image') return node;
  const alt = String(node.attrs?.alt ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  return node.attrs?.src ? { ...node, attrs: { ...node.attrs, alt: alt || null } } : asText(alt);
}

function prepareTable(table: NodeJson): NodeJson {
  const rows = table.content ?? [];
  const width = Math.max(1, ...rows.map((row) => row.content?.length ?? 0));
  const aligns = Array.from({ length: width }, (_, i) => rows[0]?.content?.[i]?.attrs?.align ?? null);
  return {
    type: 'table',
    content: rows.map((row, index) => ({
      type: 'tableRow',
      content: aligns.map((align, i) => ({
        type: index === 0 ? 'tableHeader' : 'tableCell',
        attrs: { align },
        content: prepareInline(row.content?.[i]?.content ?? [], 'cell'),
      })),
    })),
  };
}

/**
 * Whether a heading may be spelt with a line under it, the only way for it to have more than one line. Only the
 * first two levels may; `---` under a bar would make a table of it, and HTML at its start a block of HTML.
 */
export function mayUnderline({ attrs, content = [] }: NodeJson): boolean {
  if (content.some(({ type }) => type === 'rawInline')) return false;
  return attrs?.level === 1 || (attrs?.level === 2 && !content.some(({ text }) => text?.includes('|')));
}

/** The block as markdown can spell it; null when there is nothing to spell. */
function prepareBlock(node: NodeJson): NodeJson | null {
  switch (node.type) {
    case 'paragraph': {
      const content = prepareInline(node.content ?? [], 'paragraph');
      return content.length > 0 ? { ...node, content } : null;
    }
    case 'heading': {
      const line = mayUnderline(node) ? 'paragraph' : 'heading';
      return { ...node, content: prepareInline(node.content ?? [], line) };
    }
    case 'table':
      return prepareTable(node);
    case 'codeBlock': {
      const language = typeof node.attrs?.language === 'string' ? node.attrs.language.trim() || null : null;
      return { ...node, attrs: { ...node.attrs, language } };
    }
    case 'rawBlock':
      return textOf(node).trim() ? node : null;
    case 'horizontalRule':
      return node;
    default:
      return { ...node, content: prepareBlocks(node.content ?? []) };
  }
}

export const prepareBlocks = (nodes: readonly NodeJson[]): NodeJson[] =>
  nodes.map(prepareBlock).filter((node) => node !== null);

export const prepare = (document: DocumentJson): DocumentJson => ({
  type: 'doc',
  content: prepareBlocks(document.content),
});

/** A URL that is its own text is a link on HackMD and GitHub, marked or not. */
const isBareLink = (node: NodeJson) =>
  node.marks?.some(({ type, attrs }) => type === 'link' && attrs?.href === node.text && !attrs?.title) ??
  false;

const emphasis = ['bold', 'italic', 'strike'];

/**
 * The line with no emphasis on white space at the ends of its text nodes. Where marks cross, markdown ends one and
 * begins it again, which it cannot do next to a space.
 */
export function unmarkSpace(nodes: readonly NodeJson[]): NodeJson[] {
  const pieces = nodes.flatMap((node): NodeJson[] => {
    if (node.type !== 'text' || !node.marks || hasMark(node, 'code')) return [node];
    const unmarked = emphasis.reduce(without, node);
    return node
      .text!.split(/^(\s+)|(\s+)$/)
      .filter(Boolean)
      .map((text) => (/\S/.test(text) ? { ...node, text } : { ...unmarked, text }));
  });
  return merge(pieces);
}

/** Emphasis on white space cannot be seen and is no part of what a line says. */
function withoutEmphasisOnSpace(node: NodeJson): NodeJson[] {
  if (isBreak(node)) return [emphasis.reduce(without, node)];
  if (node.type !== 'text' || !node.marks || hasMark(node, 'code')) return [node];
  const unmarked = emphasis.reduce(without, node);
  return node
    .text!.split(/(\s+)/)
    .filter(Boolean)
    .map((text) => (/\S/.test(text) ? { ...node, text } : { ...unmarked, text }));
}

export function inlineMeaning(nodes: readonly NodeJson[]): unknown {
  const bare = merge(nodes.map((node) => (isBareLink(node) ? without(node, 'link') : node)));
  return merge(bare.flatMap(withoutEmphasisOnSpace)).map((node) => [
    node.type,
    node.text ?? node.attrs ?? null,
    sorted(node.marks).map(({ type, attrs }) => [type, attrs?.href ?? null, attrs?.title ?? null]),
  ]);
}

const meaningful: Record<string, readonly string[]> = {
  heading: ['level'],
  orderedList: ['start'],
  listItem: ['checked'],
  codeBlock: ['language'],
  rawBlock: ['kind'],
  tableHeader: ['align'],
  tableCell: ['align'],
};
const inlineParents = new Set(['paragraph', 'heading', 'tableCell', 'tableHeader']);

function blockMeaning(node: NodeJson): unknown {
  const attrs = (meaningful[node.type] ?? []).map((name) => node.attrs?.[name] ?? null);
  const content = node.content ?? [];
  return [
    node.type,
    attrs,
    inlineParents.has(node.type) ? inlineMeaning(content) : content.map(blockMeaning),
    node.text,
  ];
}

/** Two prepared documents (or runs of blocks) say the same when these strings are equal. */
export const meaningOf = (blocks: readonly NodeJson[]): string => JSON.stringify(blocks.map(blockMeaning));
