// A prepared line of inline nodes -> markdown, by trying: each spelling is parsed and compared with the line, and the
// plainest one that comes back the same is taken. So nothing is escaped that need not be, and nothing that must be
// is forgotten. Order: no escapes; all that could matter, then without each kind of escape that is not needed;
// `_` for italics; letters next to a mark as character references, where markdown would not see the mark's end.
// If none comes back (never seen in the tests) the text is written escaped, without its marks.

import type { MarkJson, NodeJson } from '../document-json.ts';
import type { Escape } from './escape.ts';
import { codeSpan, escapeText, escapes, escapesFor, reference, target } from './escape.ts';
import { hasMark, isSameMark, unmarkSpace } from './prepare-inline.ts';
import type { Care } from './write-lines.ts';

/** Says whether a spelling reads back as the line it was made from. */
export type Check = (source: string) => boolean;

interface Spelling {
  escaped: ReadonlySet<Escape>;
  /** The character of italics; null: delimiters, links and breaks are spelled as the document keeps it. */
  italic: '*' | '_' | null;
  /** Write a letter that touches the outside of a mark as `&#97;`. */
  encodeEdges: boolean;
}

const none: ReadonlySet<Escape> = new Set();
const all: ReadonlySet<Escape> = new Set(escapes);

const delimiters: Record<string, string> = {
  bold: '**',
  strike: '~~',
  highlight: '==',
  inserted: '++',
};

/** Marks around the same text are nested as they were read. */
const nestingOf = ({ attrs }: MarkJson) => Number(attrs?.nesting ?? 0);

const isWordEnd = (text: string) => /[\p{L}\p{N}]$/u.test(text.slice(-2));

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
    const closed = this.#open.findIndex((mark) => !wanted.some((other) => this.#isSame(mark, other)));
    if (closed >= 0) this.#closeTo(closed);
    const missing = wanted.filter((mark) => !this.#open.some((open) => this.#isSame(open, mark)));
    const isBare = missing.length > 0 && this.#isBareLink(i);
    missing.sort((a, b) => this.#length(i, b) - this.#length(i, a) || nestingOf(a) - nestingOf(b));
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
    while (end < this.#nodes.length && this.#nodes[end]!.marks?.some((other) => this.#isSame(mark, other)))
      end++;
    return end - i;
  }

  #isBareLink(i: number): boolean {
    const node = this.#nodes[i]!;
    const link = node.marks?.find(({ type }) => type === 'link');
    const { href, title, form, ref } = link?.attrs ?? {};
    if (!link || node.type !== 'text' || hasMark(node, 'code') || title) return false;
    if (this.#isKept && (form === 'inline' || typeof ref === 'string')) return false;
    return this.#length(i, link) === 1 && (href === node.text || href === `mailto:${node.text}`);
  }

  #bareLink({ text, marks }: NodeJson): string {
    const isAuto = this.#isKept && marks?.some(({ attrs }) => attrs?.form === 'auto');
    const isPlain = !isAuto && !this.#spelling.escaped.has(':') && /^(https?|mailto):/i.test(text!);
    return isPlain ? text! : `<${text}>`;
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
    const cannotOpen = !isWord || this.#delimiter(mark) === '_';
    if (this.#spelling.encodeEdges && isWordEnd(this.#out) && cannotOpen) {
      const last = [...this.#out].at(-1)!;
      this.#out = this.#out.slice(0, -last.length) + reference(last);
    }
    this.#out += this.#delimiter(mark);
  }

  /** `#isAfterMark`: the last mark closed is one that a letter after it could keep from closing. */
  #closeTo(length: number) {
    while (this.#open.length > length) {
      const mark = this.#open.pop()!;
      const isLink = mark.type === 'link';
      this.#isAfterMark = !isLink && (!isWordEnd(this.#out) || this.#delimiter(mark) === '_');
      this.#out += isLink
        ? `]${this.#target(mark.attrs?.href, mark.attrs ?? {})}`
        : [...this.#delimiter(mark)].reverse().join('');
    }
  }

  #delimiter({ type, attrs }: MarkJson): string {
    const kept = this.#isKept ? attrs?.delimiter : null;
    if (typeof kept === 'string') return kept;
    return type === 'italic' ? (this.#spelling.italic ?? '*') : delimiters[type]!;
  }

  /** Marks that were nested in others are not those beside them. */
  #isSame(a: MarkJson, b: MarkJson): boolean {
    return isSameMark(a, b) && (!this.#isKept || nestingOf(a) === nestingOf(b));
  }

  get #isKept() {
    return this.#spelling.italic === null;
  }

  /** What ends a link or image after its text: a label, if that is what the document keeps, else the address. */
  #target(href: unknown, { title, ref }: Record<string, unknown>): string {
    return this.#isKept && typeof ref === 'string' ? ref : target(href, title);
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
        const kept = this.#isKept ? node.attrs?.label : null;
        const alt =
          typeof kept === 'string'
            ? kept
            : String(node.attrs?.alt ?? '').replace(/[\\[\]*_`<&~=+^${]|:(?=\/\/)/g, '\\$&');
        this.#out += `![${alt}]${this.#target(node.attrs?.src, node.attrs ?? {})}`;
        return;
      }
      case 'softBreak':
      case 'hardBreak': {
        const house = node.type === 'softBreak' ? '' : '\\';
        this.#out += `${(this.#isKept && (node.attrs?.end as string | null | undefined)) || house}\n`;
        return;
      }
      case 'rawInline':
        this.#out += String(node.attrs?.md ?? '');
        return;
      default:
        throw new RangeError(`The markdown writer has no rule for ${node.type} within a line.`);
    }
  }
}

const spell = (nodes: readonly NodeJson[], spelling: Spelling) => new InlineWriter(nodes, spelling).write();

/** The spelling with only those kinds of escape without which it would not come back. */
function leastEscaped(nodes: readonly NodeJson[], spelling: Spelling, check: Check): string {
  let best = spell(nodes, spelling);
  let escaped = spelling.escaped;
  for (const kind of escaped) {
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

const spellings: readonly Pick<Spelling, 'italic' | 'encodeEdges'>[] = [
  { italic: null, encodeEdges: false },
  { italic: '*', encodeEdges: false },
  { italic: '_', encodeEdges: false },
  { italic: '*', encodeEdges: true },
  { italic: '_', encodeEdges: true },
];

/** Words, numbers and a little punctuation mean nothing to markdown anywhere. */
const isHarmless = (nodes: readonly NodeJson[]) =>
  nodes.every(
    ({ type, text = '', marks }) => type === 'text' && !marks && /^\p{L}[\p{L}\p{N} ,;.?%'"/-]*$/u.test(text),
  );

/** Which escapes a line can need. */
const escapesIn = (nodes: readonly NodeJson[]): ReadonlySet<Escape> =>
  new Set(escapesFor(nodes.map(({ text = '', attrs }) => text + String(attrs?.alt ?? '')).join(' ')));

/** Over a line of dashes an escaped bar would make a table where a plain one does not. */
const escapesToTry = (escaped: ReadonlySet<Escape>): ReadonlySet<Escape>[] =>
  escaped.has('|') ? [escaped, new Set([...escaped].filter((kind) => kind !== '|'))] : [escaped];

/** The markdown of a prepared line. The safe way keeps every escape. */
export function writeInline(nodes: readonly NodeJson[], check: Check, care: Care): string {
  const tries = care === 'kept' ? spellings : spellings.slice(1);
  if (care !== 'safe') {
    const plain = spell(nodes, { ...tries[0]!, escaped: none });
    if ((nodes.length === 1 && isHarmless(nodes)) || check(plain)) return plain;
  }
  for (const escaped of escapesToTry(care === 'safe' ? all : escapesIn(nodes)))
    for (const tried of [nodes, unmarkSpace(nodes)])
      for (const style of tries) {
        const source = spell(tried, { ...style, escaped });
        if (!check(source)) continue;
        const isLong = nodes.length > maxTried || source.length > maxTried;
        return care === 'safe' || isLong ? source : leastEscaped(tried, { ...style, escaped }, check);
      }
  const bare = nodes.map((node): NodeJson => ({
    ...node,
    marks: node.marks?.filter(({ type }) => type === 'link'),
  }));
  return spell(bare, { italic: '*', encodeEdges: false, escaped: all });
}
