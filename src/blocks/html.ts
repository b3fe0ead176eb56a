// The document as HTML, without a DOM: what the server sends before the editor has loaded, and what is printed.
//
// Markup comes from the schema's own renderHTML, so the page is what the editor will show in its place; only the
// meeting blocks, whose faces are components, have a static shape of their own (html.ts in their folder).
// Invariants: every text and attribute value is escaped here and nowhere else is markup made of them; raw markdown
// is shown as source, never as markup. An empty line gets a <br>, as in the editor, so that it has its height.

import { Node } from '@tiptap/pm/model';
import type { DOMOutputSpec, Mark } from '@tiptap/pm/model';
import { parseBlockId } from '../core/ids.ts';
import type { Roll, RollEntry } from '../core/roll-call.ts';
import { decisionHtml } from './decision/html.ts';
import { decisionOf } from './decision/decision.ts';
import { escapeHtml, formatAttributes } from './escape-html.ts';
import { lineMarks } from './line-marks.ts';
import type { LineMark } from './line-marks.ts';
import { repair } from './repair.ts';
import { rollCallHtml, timeOf } from './roll-call/html.ts';
import { findSigned, signedAttributes } from './roll-call/signed.ts';
import { schema } from './schema.ts';

export interface HtmlOptions {
  /** Today as YYYY-MM-DD, so that open items due before it show as overdue. Left out: none does. */
  today?: string;
}

interface Context {
  roll: Roll;
  today: string;
  /** The signatures of written lines, by the paragraph. */
  signed: ReadonlyMap<Node, RollEntry>;
}

const voidElements = new Set(['br', 'hr', 'img', 'input']);

/** Writes ProseMirror's array form of an element around `content`. */
function formatSpec(spec: DOMOutputSpec, content: string): string {
  if (!Array.isArray(spec)) throw new RangeError('A node of the schema must render as an array.');
  const [tag, second, ...others] = spec as unknown[];
  const hasAttributes = typeof second === 'object' && second !== null && !Array.isArray(second);
  const attributes = hasAttributes ? (second as Record<string, unknown>) : {};
  const children = hasAttributes || second === undefined ? others : [second, ...others];
  const open = `<${String(tag)}${formatAttributes(attributes)}>`;
  if (voidElements.has(String(tag))) return open;
  const inner = children.map((child) => {
    if (child === 0) return content;
    return typeof child === 'string' ? escapeHtml(child) : formatSpec(child as DOMOutputSpec, content);
  });
  return `${open}${inner.join('')}</${String(tag)}>`;
}

function formatLeaf(node: Node): string {
  return node.isText ? escapeHtml(node.text ?? '') : formatSpec(node.type.spec.toDOM!(node), '');
}

const formatMarks = (marks: readonly Mark[], inner: string): string =>
  marks.reduceRight((html, mark) => formatSpec(mark.type.spec.toDOM!(mark, true), html), inner);

/** Text cut where words that carry a meaning begin and end, each in a span. */
function formatWords(node: Node, start: number, words: readonly LineMark[]): string {
  if (!node.isText) return formatLeaf(node);
  const text = node.text ?? '';
  let html = '';
  let at = 0;
  for (const { from, to, attributes } of words) {
    const [first, last] = [Math.max(at, from - start), Math.min(text.length, to - start)];
    if (last <= first) continue;
    html += escapeHtml(text.slice(at, first));
    html += `<span${formatAttributes(attributes)}>${escapeHtml(text.slice(first, last))}</span>`;
    at = last;
  }
  return html + escapeHtml(text.slice(at));
}

/** Whether a line's last line is empty: at its end no text gives it its height. */
const endsOpen = ({ lastChild }: Node) =>
  !lastChild || lastChild.type.name.endsWith('Break') || Boolean(lastChild.text?.endsWith('\n'));

/** Marks that go on from one node to the next stay open, as in the editor. */
function formatLine(node: Node, words: readonly LineMark[]): string {
  const parts: { marks: readonly Mark[]; html: string }[] = [];
  node.forEach((child, offset) =>
    parts.push({ marks: child.marks, html: formatWords(child, offset, words) }),
  );
  return formatRuns(parts, 0) + (endsOpen(node) ? '<br>' : '');
}

function formatRuns(parts: { marks: readonly Mark[]; html: string }[], depth: number): string {
  let html = '';
  for (let i = 0; i < parts.length;) {
    const mark = parts[i]!.marks[depth];
    let end = i + 1;
    while (mark && end < parts.length && parts[end]!.marks[depth]?.eq(mark)) end++;
    html += mark ? formatMarks([mark], formatRuns(parts.slice(i, end), depth + 1)) : parts[i]!.html;
    i = end;
  }
  return html;
}

/** `item` is the list item that the node is the first line of. */
function formatNode(node: Node, context: Context, item: Node | null = null): string {
  if (node.isTextblock) {
    const content = formatLine(node, lineMarks(node, item, context.today));
    const entry = context.signed.get(node);
    if (entry) return `<p${formatAttributes(signedAttributes(timeOf(entry)))}>${content}</p>`;
    const decision = decisionOf(node);
    return decision ? decisionHtml(decision, content) : formatSpec(node.type.spec.toDOM!(node), content);
  }
  if (node.isLeaf) return formatLeaf(node);
  if (node.type.name === 'rollCall') return formatRollCall(node, context);
  const own = node.type.name === 'listItem' ? node : null;
  let content = '';
  node.forEach((child, _, i) => (content += formatNode(child, context, i === 0 ? own : null)));
  return formatSpec(node.type.spec.toDOM!(node), content);
}

function formatRollCall(node: Node, context: Context): string {
  const id = parseBlockId(String(node.attrs.id));
  const entries = (id && context.roll.get(id)) || [];
  const lines = findSigned(node, entries);
  const signed = new Map(lines.map(({ line, entry }) => [line, entry]));
  let content = '';
  node.forEach((child) => (content += formatNode(child, { ...context, signed })));
  return rollCallHtml(id ?? '', content, entries, [...signed.values()]);
}

/** The document as a string of HTML. `json` may be anything: it is repaired first. */
export function toHtml(json: unknown, roll: Roll = new Map(), { today = '' }: HtmlOptions = {}): string {
  const node = Node.fromJSON(schema, repair(json));
  let html = '';
  node.forEach((child) => (html += formatNode(child, { roll, today, signed: new Map() })));
  return html;
}
