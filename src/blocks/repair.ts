// Makes a document of whatever JSON arrives: from the wire, a template, an older or newer schema.
//
// Invariants: the result satisfies the schema; every attribute is coerced; no text is lost. A node nobody knows
// gives its children in its place, or (a leaf) its JSON as a raw block; an unknown mark is dropped from its text.
// Nesting past `maxDepth` is flattened to text, so that whoever walks a repaired document may recurse.
// Repairing a sound document changes nothing but missing attributes.

import { coerceAttributes, hasAttributes } from './attributes.ts';
import type { DocumentJson, MarkJson, NodeJson } from './document-json.ts';
import { textOf } from './document-json.ts';

/** More levels than this are flattened. A list in a list takes two. */
export const maxDepth = 100;

const lists = new Set(['bulletList', 'orderedList']);
const containers = new Set(['blockquote', 'rollCall']);
const lines = new Set(['paragraph', 'heading']);
const codes = new Set(['codeBlock', 'rawBlock']);
const inlineLeaves = new Set(['hardBreak', 'softBreak', 'image', 'rawInline']);
const cells = new Set(['tableCell', 'tableHeader']);
const blockNames = new Set([
  ...lists,
  ...containers,
  ...lines,
  ...codes,
  ...cells,
  'listItem',
  'table',
  'tableRow',
  'horizontalRule',
]);
const markNames = ['link', 'bold', 'code', 'italic', 'strike', 'highlight', 'inserted'];

type Loose = Record<string, unknown>;

const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const childrenOf = (node: Loose): Loose[] =>
  Array.isArray(node.content) ? node.content.filter(isObject) : [];
const typeOf = (node: Loose): string => (typeof node.type === 'string' ? node.type : '');

/** A node with its coerced attributes, if it has any, and its content, if there is some. */
function make(type: string, attrs: unknown, content?: NodeJson[]): NodeJson {
  const node: NodeJson = { type };
  if (hasAttributes(type)) node.attrs = coerceAttributes(type, attrs);
  if (content && content.length > 0) node.content = content;
  return node;
}

/** Whether a node stands within a line of text. A text node does; of what nobody knows, a leaf without text may. */
const isInline = (node: Loose) => typeOf(node) === 'text' || inlineLeaves.has(typeOf(node));

function toMarks(value: unknown): MarkJson[] {
  const given = Array.isArray(value) ? value.filter(isObject) : [];
  const marks: MarkJson[] = [];
  if (given.length === 0) return marks;
  for (const name of markNames) {
    const found = given.find((mark) => mark.type === name);
    if (!found) continue;
    const attrs = coerceAttributes(name, found.attrs);
    if (name === 'link' && attrs.href === null) continue;
    const isPlain = Object.values(attrs).every((value) => value === null);
    marks.push(isPlain ? { type: name } : { type: name, attrs });
  }
  return marks;
}

const sameMarks = ({ marks: a }: NodeJson, { marks: b }: NodeJson) =>
  a && b ? JSON.stringify(a) === JSON.stringify(b) : a === b;

/** Adds an inline node, joining text that has the same marks. */
function pushInline(into: NodeJson[], node: NodeJson): void {
  const last = into.at(-1);
  if (node.type !== 'text') into.push(node);
  else if (!node.text) return;
  else if (last?.type === 'text' && sameMarks(last, node))
    into[into.length - 1] = { ...last, text: (last.text ?? '') + node.text };
  else into.push(node);
}

const withMarks = (node: NodeJson, marks: MarkJson[]): NodeJson =>
  marks.length > 0 ? { ...node, marks } : node;

/** Yjs keeps no marks on what is not text: of those here, the link around an image is its attribute. */
function makeLeaf(type: string, { attrs, marks }: Loose): NodeJson {
  const leaf = make(type, attrs);
  const link = type === 'image' && toMarks(marks).find((mark) => mark.type === 'link');
  if (link) leaf.attrs = { ...leaf.attrs, href: link.attrs?.href };
  return leaf;
}

/** A newline within text is a soft break; NUL, which markdown cannot hold, becomes U+FFFD. */
function pushText(into: NodeJson[], text: string, marks: MarkJson[]): void {
  if (!/[\r\n]/.test(text) && !text.includes('\0'))
    return pushInline(into, withMarks({ type: 'text', text }, marks));
  const clean = text.replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd');
  for (const [i, line] of clean.split('\n').entries()) {
    if (i > 0) pushInline(into, make('softBreak', {}));
    pushInline(into, withMarks({ type: 'text', text: line }, marks));
  }
}

/** Inline content of anything: blocks within a line are parted by soft breaks. Iterative, as depth is not bounded. */
function toInline(nodes: Loose[]): NodeJson[] {
  const found: NodeJson[] = [];
  /** Whether the last break parts blocks, of which none may come any more. */
  let isParted = false;
  const stack = [...nodes].reverse();
  while (stack.length > 0) {
    const node = stack.pop()!;
    const type = typeOf(node);
    const length = found.length;
    if (type === 'text') {
      if (typeof node.text === 'string') pushText(found, node.text, toMarks(node.marks));
    } else if (inlineLeaves.has(type)) pushInline(found, makeLeaf(type, node));
    else if (childrenOf(node).length === 0) {
      if (!blockNames.has(type)) pushText(found, describe(node), []);
    } else {
      if (found.length > 0 && found.at(-1)?.type !== 'softBreak') {
        found.push({ type: 'softBreak' });
        isParted = true;
      }
      for (const child of childrenOf(node).reverse()) stack.push(child);
      continue;
    }
    if (found.length > length) isParted = false;
  }
  if (isParted) found.pop();
  return found;
}

function toCode(nodes: Loose[]): NodeJson[] {
  const text = toInline(nodes).map(textOf).join('');
  return text ? [{ type: 'text', text }] : [];
}

/** Children as list items: what is none is put into one. */
function toItems(nodes: Loose[], depth: number): NodeJson[] {
  return nodes.map((node) => {
    const isItem = typeOf(node) === 'listItem';
    const content = toBlocks(isItem ? childrenOf(node) : [node], depth + 1);
    return make('listItem', isItem ? node.attrs : {}, content.length > 0 ? content : [make('paragraph', {})]);
  });
}

function toRows(nodes: Loose[]): NodeJson[] {
  return nodes.map((row, i) => {
    const given = typeOf(row) === 'tableRow' ? childrenOf(row) : [row];
    const fallback = i === 0 ? 'tableHeader' : 'tableCell';
    return make(
      'tableRow',
      typeOf(row) === 'tableRow' ? row.attrs : {},
      given.map((cell) => {
        const isCell = cells.has(typeOf(cell));
        return make(
          isCell ? typeOf(cell) : fallback,
          cell.attrs,
          toInline(isCell ? childrenOf(cell) : [cell]),
        );
      }),
    );
  });
}

/** One block, or what stands for it: several when a wrapper is unknown, none when it is empty and may not be. */
function toBlock(node: Loose, depth: number): NodeJson[] {
  const type = typeOf(node);
  const children = childrenOf(node);
  if (depth >= maxDepth) {
    const content = toInline(children);
    return content.length > 0 ? [make('paragraph', {}, content)] : [];
  }
  if (lines.has(type)) return [make(type, node.attrs, toInline(children))];
  if (codes.has(type)) return [make(type, node.attrs, toCode(children))];
  if (type === 'horizontalRule') return [make(type, node.attrs)];
  if (lists.has(type))
    return children.length > 0 ? [make(type, node.attrs, toItems(children, depth + 1))] : [];
  if (type === 'table') return children.length > 0 ? [make(type, node.attrs, toRows(children))] : [];
  if (containers.has(type)) {
    const content = toBlocks(children, depth + 1);
    return [
      make(
        type,
        node.attrs,
        content.length === 0 && type === 'blockquote' ? [make('paragraph', {})] : content,
      ),
    ];
  }
  if (type === 'listItem') return toBlock({ type: 'bulletList', content: [node] }, depth);
  if (children.length > 0) return toBlocks(children, depth + 1);
  return [make('rawBlock', { kind: 'unknown' }, toCode([{ type: 'text', text: describe(node) }]))];
}

function describe({ type, attrs }: Loose): string {
  try {
    return JSON.stringify({ type, attrs }).slice(0, 2000);
  } catch {
    return `{"type":${JSON.stringify(String(type))}}`;
  }
}

/** Blocks of anything; inline nodes side by side share a paragraph. */
function toBlocks(nodes: Loose[], depth: number): NodeJson[] {
  const blocks: NodeJson[] = [];
  let line: Loose[] = [];
  const endLine = () => {
    const content = toInline(line);
    if (content.length > 0) blocks.push(make('paragraph', {}, content));
    line = [];
  };
  for (const node of nodes) {
    if (isInline(node)) line.push(node);
    else {
      endLine();
      blocks.push(...toBlock(node, depth));
    }
  }
  endLine();
  return blocks;
}

/** Documents made here, which every door they come to would repair again. Whoever changes one keeps it sound. */
const sound = new WeakSet<DocumentJson>();

/** A document that satisfies the schema, with all the text of `json`: itself, if it comes from here. Never throws. */
export function repair(json: unknown): DocumentJson {
  if (sound.has(json as DocumentJson)) return json as DocumentJson;
  const nodes = isObject(json) ? (typeOf(json) === 'doc' ? childrenOf(json) : [json]) : [];
  const content = toBlocks(nodes, 0);
  const document: DocumentJson = {
    type: 'doc',
    content: content.length > 0 ? content : [make('paragraph', {})],
  };
  sound.add(document);
  return document;
}
