// A prepared line of inline nodes -> markdown, by trying: each spelling is parsed and compared with the line, and the
// plainest one that comes back the same is taken. So nothing is escaped that need not be, and nothing that must be
// is forgotten. Order: no escapes; all that could matter, then without each kind of escape that is not needed;
// `_` for italics; letters next to a mark as character references, where markdown would not see the mark's end.
// If none comes back (never seen in the tests) the text is written escaped, without its marks.

import type { MarkJson, NodeJson } from '../document-json.ts';
import { hasMark, unmarkSpace } from './plain.ts';

/** Says whether a spelling reads back as the line it was made from. */
export type Check = (source: string) => boolean;

/** Kinds of escape. `line`: what means something only where a line begins or ends. */
const escapes = ['\\', '&', '<', '`', '*', '_', '~', '[', '!', '|', ':', 'line'] as const;
type Escape = (typeof escapes)[number];

interface Spelling {
  escaped: ReadonlySet<Escape>;
  italic: '*' | '_';
  /** Write a letter that touches the outside of a mark as `&#97;`. */
  encodeEdges: boolean;
}

const none: ReadonlySet<Escape> = new Set();
const all: ReadonlySet<Escape> = new Set(escapes);

const patterns: Record<Exclude<Escape, 'line'>, RegExp> = {
  '\\': /\\(?=[!-/:-@[-`{-~]|$)/g,
  '&': /&(?=#?\w+;)/g,
  '<': /</g,
  '`': /`/g,
  '*': /\*/g,
  _: /_/g,
  '~': /~/g,
  '[': /[[\]]/g,
  '!': /!(?=\[|$)/g,
  '|': /\|/g,
  // Without it everything up to the next space would be the address, backslashes included.
  ':': /:(?=\/\/)/g,
};

/** Marks of a line's first characters that would make it a heading, list, quote, rule or underline. */
const lineStart = /^(?:(#{1,6})(?=\s|$)|(>)|([-+*])(?=\s|$)|(:{3,})|([-=_*])(?=[-=_*\s]*$))/;
const numberStart = /^(\d{1,9})([.)])(?=\s|$)/;

function escapeText(
  text: string,
  escaped: ReadonlySet<Escape>,
  isLineStart: boolean,
  isEnd: boolean,
): string {
  let out = text;
  for (const kind of escapes)
    if (kind !== 'line' && escaped.has(kind)) out = out.replace(patterns[kind], '\\$&');
  if (!escaped.has('line')) return out;
  if (isLineStart) out = out.replace(numberStart, '$1\\$2').replace(lineStart, '\\$&');
  return isEnd ? out.replace(/(^|\s)(#+)$/, '$1\\$2') : out;
}

const longestRun = (text: string, character: string): number => {
  let longest = 0;
  let run = 0;
  for (const one of text) {
    run = one === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
};

/** A fence of backticks no run within the text can close. */
export const fenceFor = (text: string, character: '`' | '~', least: number): string =>
  character.repeat(Math.max(least, longestRun(text, character) + 1));

function codeSpan(text: string): string {
  const runs = new Set((text.match(/`+/g) ?? []).map(({ length }) => length));
  let length = 1;
  while (runs.has(length)) length++;
  const fence = '`'.repeat(length);
  const isPadded = /^`|`$/.test(text) || (/^ .* $/.test(text) && /[^ ]/.test(text));
  return isPadded ? `${fence} ${text} ${fence}` : fence + text + fence;
}

/** `(href "title")` as links and images end. */
function target(href: unknown, title: unknown): string {
  const address = String(href ?? '').replace(/[\\<>]|&(?=#?\w+;)/g, '\\$&');
  const isPlain = address !== '' && !/[<>]/.test(address) && isBalanced(address);
  const name =
    title === null || title === undefined ? '' : ` "${String(title).replace(/["\\]|&(?=#?\w+;)/g, '\\$&')}"`;
  return `(${isPlain ? address : `<${address}>`}${name})`;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0 && !text.startsWith('<');
}

const isWordEnd = (text: string) => /[\p{L}\p{N}]$/u.test(text);
const reference = (character: string) => `&#${character.codePointAt(0)};`;

/** The markdown being written, piece by piece, with the marks that are open. */
class InlineWriter {
  #out = '';
  #isAfterMark = false;
  readonly #open: MarkJson[] = [];
  readonly #spelling: Spelling;
  readonly #nodes: readonly NodeJson[];

  constructor(nodes: readonly NodeJson[], spelling: Spelling) {
    this.#nodes = nodes;
    this.#spelling = spelling;
  }

  write(): string {
    for (let i = 0; i < this.#nodes.length; i++) i = this.#node(i);
    this.#closeTo(0);
    return this.#out;
  }

  /** Writes the node at `i`; gives the index of the last node written. */
  #node(i: number): number {
    const node = this.#nodes[i]!;
    const wanted = (node.marks ?? []).filter(({ type }) => type !== 'code');
    const closed = this.#open.findIndex((mark) => !wanted.some((other) => isSameMark(mark, other)));
    if (closed >= 0) this.#closeTo(closed);
    const missing = wanted.filter((mark) => !this.#open.some((open) => isSameMark(open, mark)));
    const isBare = missing.length > 0 && this.#isBareLink(i);
    missing.sort((a, b) => this.#length(i, b) - this.#length(i, a));
    const opened = missing.filter(({ type }) => !(isBare && type === 'link'));
    for (const [at, mark] of opened.entries())
      this.#openMark(mark, at === opened.length - 1 && !isBare ? node : null);
    const edge = closed >= 0 && this.#isAfterMark && opened.length === 0;
    if (isBare) this.#out += this.#bareLink(node);
    else this.#content(node, i, edge);
    return i;
  }

  /** How many nodes from `i` on carry the mark. */
  #length(i: number, mark: MarkJson): number {
    let end = i;
    while (end < this.#nodes.length && this.#nodes[end]!.marks?.some((other) => isSameMark(mark, other)))
      end++;
    return end - i;
  }

  #isBareLink(i: number): boolean {
    const node = this.#nodes[i]!;
    const link = node.marks?.find(({ type }) => type === 'link');
    const { href, title } = link?.attrs ?? {};
    if (!link || node.type !== 'text' || hasMark(node, 'code') || title) return false;
    return this.#length(i, link) === 1 && (href === node.text || href === `mailto:${node.text}`);
  }

  #bareLink(node: NodeJson): string {
    const isPlain = !this.#spelling.escaped.has(':') && /^https?:/i.test(node.text!);
    return isPlain ? node.text! : `<${node.text}>`;
  }

  /** `inner` is the text that directly follows; null when another mark or an address in brackets does. */
  #openMark(mark: MarkJson, inner: NodeJson | null) {
    this.#open.push(mark);
    if (mark.type === 'link') {
      this.#out += '[';
      return;
    }
    const isWord =
      inner?.type === 'text' && !hasMark(inner, 'code') && /^[\p{L}\p{N}]/u.test(inner.text ?? '');
    const cannotOpen = !isWord || this.#delimiter(mark.type) === '_';
    if (this.#spelling.encodeEdges && isWordEnd(this.#out) && cannotOpen) {
      const last = [...this.#out].at(-1)!;
      this.#out = this.#out.slice(0, -last.length) + reference(last);
    }
    this.#out += this.#delimiter(mark.type);
  }

  /** `#isAfterMark`: the last mark closed is one that a letter after it could keep from closing. */
  #closeTo(length: number) {
    while (this.#open.length > length) {
      const mark = this.#open.pop()!;
      const isLink = mark.type === 'link';
      this.#isAfterMark = !isLink && (!isWordEnd(this.#out) || this.#delimiter(mark.type) === '_');
      this.#out += isLink ? `]${target(mark.attrs?.href, mark.attrs?.title)}` : this.#delimiter(mark.type);
    }
  }

  #delimiter(type: string): string {
    if (type === 'bold') return '**';
    return type === 'italic' ? this.#spelling.italic : '~~';
  }

  #content(node: NodeJson, i: number, afterEdge: boolean) {
    switch (node.type) {
      case 'text': {
        if (hasMark(node, 'code')) {
          this.#out += codeSpan(node.text ?? '');
          return;
        }
        const before = this.#nodes[i - 1]?.type;
        const isLineStart = i === 0 || before === 'softBreak' || before === 'hardBreak';
        const isEnd = i === this.#nodes.length - 1 || this.#nodes[i + 1]!.type.endsWith('Break');
        const text = escapeText(node.text ?? '', this.#spelling.escaped, isLineStart, isEnd);
        const first = [...text][0] ?? '';
        const isEdge = this.#spelling.encodeEdges && afterEdge && isWordEnd(first);
        this.#out += isEdge ? reference(first) + text.slice(first.length) : text;
        return;
      }
      case 'image': {
        const alt = String(node.attrs?.alt ?? '').replace(/[\\[\]*_`<&~]|:(?=\/\/)/g, '\\$&');
        this.#out += `![${alt}]${target(node.attrs?.src, node.attrs?.title)}`;
        return;
      }
      case 'softBreak':
        this.#out += '\n';
        return;
      case 'hardBreak':
        this.#out += '\\\n';
        return;
      case 'rawInline':
        this.#out += String(node.attrs?.md ?? '');
        return;
      default:
        throw new RangeError(`The markdown writer has no rule for ${node.type} within a line.`);
    }
  }
}

const isSameMark = (a: MarkJson, b: MarkJson) =>
  a.type === b.type &&
  a.attrs?.href === b.attrs?.href &&
  (a.attrs?.title ?? null) === (b.attrs?.title ?? null);

const spell = (nodes: readonly NodeJson[], spelling: Spelling) => new InlineWriter(nodes, spelling).write();

/** The spelling with only those kinds of escape without which it would not come back. */
function leastEscaped(nodes: readonly NodeJson[], spelling: Spelling, check: Check): string {
  let best = spell(nodes, spelling);
  let escaped = spelling.escaped;
  for (const kind of escapes) {
    const fewer = new Set([...escaped].filter((other) => other !== kind));
    const source = spell(nodes, { ...spelling, escaped: fewer });
    if (source !== best && !check(source)) continue;
    best = source;
    escaped = fewer;
  }
  return best;
}

/** A line longer than this keeps all its escapes: a parse may cost more than its length. */
const maxTried = 5_000;

const spellings: readonly Spelling[] = [
  { escaped: all, italic: '*', encodeEdges: false },
  { escaped: all, italic: '_', encodeEdges: false },
  { escaped: all, italic: '*', encodeEdges: true },
  { escaped: all, italic: '_', encodeEdges: true },
];

/** Words, numbers and a little punctuation mean nothing to markdown anywhere. */
const isHarmless = (nodes: readonly NodeJson[]) =>
  nodes.every(
    ({ type, text = '', marks }) =>
      type === 'text' && !marks && /^\p{L}[\p{L}\p{N} ,;.?%()'"/-]*$/u.test(text),
  );

/** The markdown of a prepared line. `isSafe` keeps every escape. */
export function writeInline(nodes: readonly NodeJson[], check: Check, isSafe = false): string {
  if (!isSafe) {
    const plain = spell(nodes, { escaped: none, italic: '*', encodeEdges: false });
    if ((nodes.length === 1 && isHarmless(nodes)) || check(plain)) return plain;
  }
  for (const tried of [nodes, unmarkSpace(nodes)])
    for (const spelling of spellings) {
      if (!check(spell(tried, spelling))) continue;
      const isLong = nodes.length > maxTried || spell(nodes, spelling).length > maxTried;
      return isSafe || isLong ? spell(tried, spelling) : leastEscaped(tried, spelling, check);
    }
  const bare = nodes.map((node): NodeJson => ({
    ...node,
    marks: node.marks?.filter(({ type }) => type === 'link'),
  }));
  return spell(bare, spellings[0]!);
}
