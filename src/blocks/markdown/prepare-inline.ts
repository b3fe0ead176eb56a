// A line of inline nodes as markdown can spell it, see prepare.ts.

import { trimEndOf } from '../../core/trim.ts';
import type { MarkJson, NodeJson } from '../document-json.ts';
import { keepSame } from '../document-json.ts';

export const isBreak = ({ type }: NodeJson) => type === 'softBreak' || type === 'hardBreak';
/** Whether a line ends with it or within it. */
export const breaksLine = (node: NodeJson) =>
  isBreak(node) || (node.type === 'rawInline' && String(node.attrs?.md).includes('\n'));
export const hasMark = ({ marks }: NodeJson, type: string) =>
  marks?.some((mark) => mark.type === type) ?? false;

export const without = (node: NodeJson, type: string): NodeJson => {
  if (!hasMark(node, type)) return node;
  const { marks, ...rest } = node;
  const kept = marks!.filter((mark) => mark.type !== type);
  return kept.length > 0 ? { ...rest, marks: kept } : rest;
};

/** Whether two marks say the same; how they are spelled parts only links, which may stand side by side. */
export const isSameMark = (a: MarkJson, b: MarkJson): boolean =>
  a.type === b.type &&
  (a.type !== 'link' ||
    (['href', 'title', 'form', 'ref'] as const).every(
      (name) => (a.attrs?.[name] ?? null) === (b.attrs?.[name] ?? null),
    ));

const haveSameMarks = ({ marks: a = [] }: NodeJson, { marks: b = [] }: NodeJson): boolean =>
  a.length === b.length &&
  a.every((mark) =>
    b.some(
      (other) => isSameMark(mark, other) && (mark.attrs?.nesting ?? null) === (other.attrs?.nesting ?? null),
    ),
  );

/** Joins text with the same marks, and leaves out what is empty. */
export function merge(nodes: readonly NodeJson[]): NodeJson[] {
  const merged: NodeJson[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.type === 'text' && !node.text) continue;
    if (node.type === 'text' && last?.type === 'text' && haveSameMarks(node, last))
      merged[merged.length - 1] = { ...last, text: last.text! + node.text! };
    else merged.push(node);
  }
  return merged;
}

/** The marks whose delimiters mean nothing next to white space. */
export const emphasis = ['bold', 'italic', 'strike', 'highlight', 'inserted'];

/** `**a **` is not bold in markdown: white space and breaks at either end of a marked run leave it. */
function expelSpace(nodes: readonly NodeJson[], mark: string): readonly NodeJson[] {
  if (!nodes.some((node) => hasMark(node, mark))) return nodes;
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
      const [before, first] = splitStart(run[0]!);
      run[0] = first;
      const [body, after] = splitEnd(run.at(-1)!);
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

const isWords = (node: NodeJson) => node.type === 'text' && !hasMark(node, 'code');
const isSpace = (node: NodeJson) => isBreak(node) || (isWords(node) && !/\S/.test(node.text ?? ''));

function splitStart(node: NodeJson): [NodeJson | null, NodeJson] {
  const body = isWords(node) ? node.text!.trimStart() : node.text;
  if (!isWords(node) || body === node.text) return [null, node];
  const space = node.text!.slice(0, node.text!.length - body!.length);
  return [
    { ...node, text: space },
    { ...node, text: body! },
  ];
}

function splitEnd(node: NodeJson): [NodeJson, NodeJson | null] {
  const body = isWords(node) ? node.text!.trimEnd() : node.text;
  if (!isWords(node) || body === node.text) return [node, null];
  return [
    { ...node, text: body! },
    { ...node, text: node.text!.slice(body!.length) },
  ];
}

/** Takes white space off both ends of each line, breaks off both ends of the block; two breaks stay two breaks. */
function trimLines(nodes: readonly NodeJson[]): NodeJson[] {
  const out: NodeJson[] = [];
  const trimEnd = () => {
    for (let last = out.at(-1); last && isWords(last); last = out.at(-1)) {
      const text = trimEndOf(last.text!, ' \t');
      if (text === last.text) return;
      out.pop();
      if (text) out.push({ ...last, text });
    }
  };
  for (const node of nodes) {
    const last = out.at(-1);
    if (isBreak(node)) {
      trimEnd();
      const before = out.at(-1);
      if (before) out.push(isBreak(before) ? { ...node, type: 'hardBreak' } : node);
    } else if (isWords(node) && (!last || isBreak(last))) {
      const text = node.text!.replace(/^[ \t]+/, '');
      if (text) out.push({ ...node, text });
    } else out.push(node);
  }
  trimEnd();
  while (out.length > 0 && isBreak(out.at(-1)!)) {
    out.pop();
    trimEnd();
  }
  return out;
}

export const isLeaf = ({ type }: NodeJson) => type !== 'text';

/** Each node made anew, knowing the text before and after it. */
export function withTextsAround(
  nodes: readonly NodeJson[],
  make: (node: NodeJson, before: NodeJson | undefined, after: NodeJson | undefined) => NodeJson,
): NodeJson[] {
  const textBefore: (NodeJson | undefined)[] = [];
  let last: NodeJson | undefined;
  for (const node of nodes) {
    textBefore.push(last);
    if (!isLeaf(node)) last = node;
  }
  let next: NodeJson | undefined;
  const made: NodeJson[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    made.push(make(nodes[i]!, textBefore[i], next));
    if (!isLeaf(nodes[i]!)) next = nodes[i];
  }
  return made.reverse();
}

const withMarks = ({ marks: _, ...node }: NodeJson, marks: MarkJson[]): NodeJson =>
  marks.length > 0 ? { ...node, marks } : node;

/** What is not text has no marks of its own: it has those around it, an image that links somewhere its link. */
const inheritMarks = (nodes: readonly NodeJson[]): readonly NodeJson[] =>
  nodes.some(isLeaf)
    ? withTextsAround(nodes, (node, before, after) =>
        isLeaf(node) ? withMarks(node, marksAround(node, before, after)) : node,
      )
    : nodes;

/** The marks of a text, but code, which only text can be. */
export const marksIn = (text: NodeJson | undefined): MarkJson[] =>
  text?.marks?.filter(({ type }) => type !== 'code') ?? [];

export const sharedMarks = (before: NodeJson | undefined, after: NodeJson | undefined): MarkJson[] =>
  marksIn(before).filter((mark) => after?.marks?.some((other) => isSameMark(mark, other)));

/** A link's text may not hold what begins with a bracket. */
const endsLinks = ({ type, attrs }: NodeJson) => type === 'rawInline' && String(attrs?.md).startsWith('[');

function marksAround(node: NodeJson, before: NodeJson | undefined, after: NodeJson | undefined): MarkJson[] {
  const { joins, href } = node.attrs ?? {};
  if (node.type === 'image') {
    const beside = [...marksIn(before), ...marksIn(after)].find(
      ({ type, attrs }) => type === 'link' && attrs?.href === href,
    );
    const marks = sharedMarks(before, after).filter(({ type }) => type !== 'link');
    return typeof href === 'string' ? [...marks, beside ?? link(href)] : marks;
  }
  if (joins === 'none') return [];
  const besides: Record<string, MarkJson[]> = { next: marksIn(after), previous: marksIn(before) };
  const marks = besides[String(joins)] ?? sharedMarks(before, after);
  return endsLinks(node) ? marks.filter(({ type }) => type !== 'link') : marks;
}

const link = (href: string): MarkJson => ({
  type: 'link',
  attrs: { href, title: null, form: null, ref: null },
});

export type Line = 'paragraph' | 'heading' | 'cell';

/** A line of inline nodes as markdown can spell it. */
export function prepareInline(content: readonly NodeJson[], line: Line): readonly NodeJson[] {
  const [only] = content;
  if (content.length === 1 && only!.type === 'text' && !only!.marks && /^\S(?:.*\S)?$/.test(only!.text ?? ''))
    return content;
  const respelt = inheritMarks(content).map((node) => respell(node, line));
  let nodes: readonly NodeJson[] = merge(
    respelt.map((node) => (node.type === 'text' ? node : without(node, 'code'))),
  );
  for (const mark of emphasis) nodes = expelSpace(nodes, mark);
  return keepSame(content, merge(trimLines(nodes)));
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
  if (breaksLine(node) && line !== 'paragraph' && !isBreak(node))
    return { ...node, attrs: { ...node.attrs, md: String(node.attrs?.md).replace(/\s*\n\s*/g, ' ') } };
  if (node.type !== 'image') return node;
  const alt = String(node.attrs?.alt ?? '')
    .replace(/\s+/g, ' ')
    .trim();
  if (!node.attrs?.src) return asText(alt);
  return alt === (node.attrs.alt ?? '') ? node : { ...node, attrs: { ...node.attrs, alt: alt || null } };
}

/**
 * The line with no emphasis on white space at the ends of its text nodes. Where marks cross, markdown ends one and
 * begins it again, which it cannot do next to a space.
 */
export function unmarkSpace(nodes: readonly NodeJson[]): NodeJson[] {
  const pieces = nodes.flatMap((node): NodeJson[] => {
    if (!node.marks || !isWords(node)) return [node];
    const unmarked = emphasis.reduce(without, node);
    if (!/\S/.test(node.text ?? '')) return [without(unmarked, 'link')];
    return node
      .text!.split(/^(\s+)|(\s+)$/)
      .filter(Boolean)
      .map((text) => (/\S/.test(text) ? { ...node, text } : { ...unmarked, text }));
  });
  return merge(pieces);
}
