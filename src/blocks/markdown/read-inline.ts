// Inline tokens -> inline nodes.
//
// Yjs keeps marks on text alone, each kind once and in the schema's order. What markdown says beyond that is kept in
// attributes: `joins` (within whose marks a break or raw markdown is), `href` (an image's link), `nesting` (within how
// many others a mark is). What none of them can say stays raw.

import type { Token } from 'markdown-it';
import { toUrl } from '../attributes.ts';
import type { MarkJson, NodeJson } from '../document-json.ts';
import { altOf } from './parser.ts';
import {
  hasMark,
  htmlBreak,
  isLeaf,
  isSameMark,
  marksIn,
  sharedMarks,
  withTextsAround,
} from './prepare-inline.ts';

const markOf: Record<string, string> = {
  strong_open: 'bold',
  em_open: 'italic',
  s_open: 'strike',
  mark_open: 'highlight',
  ins_open: 'inserted',
};
const closing = /^(?:strong|em|s|mark|ins)_close$/;
const houseDelimiters = new Set(['**', '*', '~~', '==', '++']);

const attributeOf = (token: Token, name: string): string | null => {
  const value = token.attrGet(name);
  return value === null || value === undefined ? null : String(value);
};

/** What the parser notes with links and images. */
const metaOf = ({ meta }: Token) =>
  meta as { source: string; reference: string | null; label: string | null } | null;

/** Whether a link's address is one that may be followed. */
const mayFollow = (token: Token) => toUrl(attributeOf(token, 'href'), 'link') !== null;

/** Text or an image, not only white space and what is raw. */
const isSeen = (node: NodeJson) =>
  node.type === 'image' || hasMark(node, 'code') || /[^ \t]/.test(node.text ?? '');

/** What HackMD makes a sign of, unless it is escaped: then it is text. */
const sign = /(\((?:c|r|tm)\))/i;

const maxNesting = 10;

interface Open {
  mark: MarkJson;
  token: Token;
  /** Where in the tokens it is. */
  at: number;
  /** How many nodes there were before it. */
  start: number;
}

class InlineReader {
  readonly #tokens: readonly Token[];
  readonly #isCell: boolean;
  readonly #nodes: NodeJson[] = [];
  readonly #open: Open[] = [];
  #at = 0;

  constructor(tokens: readonly Token[], isCell: boolean) {
    // Where emphasis was, markdown-it leaves text without any.
    this.#tokens = tokens.filter(({ type, content }) => type !== 'text' || content);
    this.#isCell = isCell;
  }

  read(): NodeJson[] {
    for (; this.#at < this.#tokens.length; this.#at++) this.#token(this.#tokens[this.#at]!);
    return withJoins(this.#nodes);
  }

  #marks(): MarkJson[] {
    return this.#open.map(({ mark }) => mark).filter(({ type }) => type !== 'none');
  }

  #text(text: string, own: MarkJson[] = []) {
    if (!text) return;
    const marks = [...this.#marks(), ...own].filter(
      ({ type }, i, all) => all.findIndex((mark) => mark.type === type) === i,
    );
    const last = this.#nodes.at(-1);
    const isSame =
      last?.type === 'text' &&
      (last.marks?.length ?? 0) === marks.length &&
      marks.every((mark, i) => last.marks![i] === mark);
    if (isSame) last.text += text;
    else this.#nodes.push({ type: 'text', text, ...(marks.length > 0 && { marks }) });
  }

  #leaf(type: string, attrs: Record<string, unknown> = {}) {
    const marks = this.#marks();
    this.#nodes.push({ type, attrs, ...(marks.length > 0 && { marks }) });
  }

  #raw(md: string | undefined) {
    this.#leaf('rawInline', { md: md ?? '' });
  }

  #token(token: Token) {
    if (markOf[token.type]) return this.#emphasis(token);
    if (closing.test(token.type)) return this.#endEmphasis(token);
    switch (token.type) {
      case 'link_open':
        return this.#push(this.#linkOf(token), token);
      case 'link_close':
        return this.#endLink();
      case 'code_inline':
        return this.#text(token.content, [{ type: 'code' }]);
      case 'image':
        return toUrl(attributeOf(token, 'src'), 'image')
          ? this.#leaf('image', imageOf(token, this.#marks()))
          : this.#raw(metaOf(token)?.source);
      case 'softbreak':
        return this.#leaf('softBreak');
      case 'hardbreak':
        return this.#leaf('hardBreak');
      case 'html_inline':
        return this.#isCell && htmlBreak.test(token.content)
          ? this.#leaf('hardBreak')
          : this.#raw(token.content);
      case 'raw_inline':
        return this.#raw(token.content);
      case 'text_special':
        // A quote that HackMD would turn, had it not been spelled so.
        return /^["']$/.test(token.content) ? this.#raw(token.markup) : this.#words(token.content);
      default:
        // An address that shows as itself is left as it is.
        if (/^(linkify|autolink)$/.test(this.#open.at(-1)?.token.markup ?? ''))
          return this.#words(token.content);
        return token.content
          .split(sign)
          .forEach((part, i) => (i % 2 === 1 ? this.#raw(part) : this.#words(part)));
    }
  }

  /** A line end that is spelled as a character reference shows as the space it is. */
  #words(text: string) {
    this.#text(text.replaceAll('\n', ' '));
  }

  #push(mark: MarkJson, token: Token) {
    const beside =
      this.#tokens[this.#at - 1]?.type === token.type.replace('open', 'close') ? this.#nodes.at(-1) : null;
    const isTaken = beside?.marks?.some(
      ({ type, attrs }) => type === mark.type && Number(attrs?.nesting ?? 0) === this.#open.length,
    );
    // Right after the same emphasis it would be one with it.
    const nesting = Math.min(this.#open.length + (isTaken ? 1 : 0), maxNesting);
    const placed = nesting > 0 ? { ...mark, attrs: { ...mark.attrs, nesting } } : mark;
    this.#open.push({ mark: placed, token, at: this.#at, start: this.#nodes.length });
  }

  #emphasis(token: Token) {
    const type = markOf[token.type]!;
    // Deeper than anybody nests, it is no longer told apart.
    const outer =
      this.#open.length < maxNesting ? this.#open.find(({ mark }) => mark.type === type) : undefined;
    if (outer && this.#wraps(outer)) {
      const delimiter = String(outer.mark.attrs?.delimiter ?? outer.token.markup) + token.markup;
      outer.mark.attrs = { ...outer.mark.attrs, delimiter };
    } else if (outer) {
      const nested = hasOwnWords(this.#tokens, outer.at) ? nestedEmphasis(this.#tokens, this.#at) : null;
      if (nested) {
        this.#raw(nested.md);
        this.#at = nested.end;
        return;
      }
    }
    const delimiter = houseDelimiters.has(token.markup) ? null : token.markup;
    this.#push(delimiter === null ? { type } : { type, attrs: { delimiter } }, token);
  }

  /** Whether emphasis holds nothing besides the emphasis that begins here. */
  #wraps(outer: Open): boolean {
    if (this.#nodes.length > outer.start) return false;
    let after = endOf(this.#tokens, this.#at) + 1;
    const end = endOf(this.#tokens, outer.at);
    while (after < end && this.#tokens[after]!.nesting === -1) after++;
    return after === end;
  }

  #endEmphasis({ markup }: Token) {
    const { at, token } = this.#open.pop()!;
    // Around nothing it would be a mark on nothing.
    if (this.#at === at + 1) this.#raw(token.markup + markup);
  }

  #linkOf(token: Token): MarkJson {
    const href = attributeOf(token, 'href');
    if (token.markup === 'linkify' && !mayFollow(token)) return { type: 'none' };
    const text = this.#wordsFrom(this.#at + 1);
    const isBare = text === href || `mailto:${text}` === href;
    const form =
      token.markup === 'autolink' ? 'auto' : isBare && token.markup !== 'linkify' ? 'inline' : null;
    const title = attributeOf(token, 'title');
    const mark = { type: 'link', attrs: { href, title, form, ref: metaOf(token)?.reference ?? null } };
    // Right after a link to the same place it would be one with it.
    const before = this.#tokens[this.#at - 1]?.type === 'link_close' ? this.#nodes.at(-1)?.marks : [];
    if (before?.some((other) => isSameMark(other, mark)))
      mark.attrs.form = mark.attrs.form === 'inline' ? null : 'inline';
    return mark;
  }

  /** The words up to the next token that is something else. */
  #wordsFrom(at: number): string {
    let text = '';
    for (let i = at; /^text(_special)?$/.test(this.#tokens[i]?.type ?? ''); i++)
      text += this.#tokens[i]!.content;
    return text;
  }

  #endLink() {
    const { mark, token, start } = this.#open.pop()!;
    // Around nothing it would be a mark on nothing, and one to where nobody may go is none.
    if (mark.type === 'none' || (mayFollow(token) && this.#nodes.slice(start).some(isSeen))) return;
    const words = this.#nodes.splice(start, Infinity);
    this.#raw(metaOf(token)?.source ?? `<${words.map(({ text }) => text).join('')}>`);
  }
}

/** Where the token that closes the one at `open` is. */
function endOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    depth += tokens[i]!.nesting;
    if (depth === 0) return i;
  }
  return tokens.length;
}

/** Whether emphasis has words of its own, besides those in emphasis of the same kind within. */
function hasOwnWords(tokens: readonly Token[], open: number): boolean {
  const { tag } = tokens[open]!;
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.tag === tag) depth += token.nesting;
    if (depth === 0) return false;
    if (depth === 1 && token.type === 'text' && /\S/.test(token.content)) return true;
  }
  return false;
}

/** The source of emphasis within emphasis of the same kind. Null when it holds more than words and emphasis. */
function nestedEmphasis(tokens: readonly Token[], open: number): { md: string; end: number } | null {
  const end = endOf(tokens, open);
  let md = '';
  for (const { type, content, markup } of tokens.slice(open, end + 1)) {
    if (type === 'text' ? /[\\`*_[\]<>&~=+^$!{]|:\/\//.test(content) : !/^(em|strong|s)_/.test(type))
      return null;
    md += type === 'text' ? content : markup;
  }
  return { md, end };
}

/** What is not text says whose marks it is within, if not those of the text on both sides. */
function withJoins(nodes: NodeJson[]): NodeJson[] {
  if (!nodes.some(isLeaf)) return nodes;
  return withTextsAround(nodes, (node, previous, next) => {
    if (!isLeaf(node)) return node;
    const { marks = [], ...leaf } = node;
    const isWithin = (others: readonly MarkJson[]) =>
      marks.length === others.length &&
      marks.every((mark) => others.some((other) => isSameMark(mark, other)));
    if (node.type === 'image' || isWithin(sharedMarks(previous, next))) return leaf;
    const joins =
      (isWithin([]) && 'none') ||
      (isWithin(marksIn(next)) && 'next') ||
      (isWithin(marksIn(previous)) && 'previous') ||
      null;
    return { ...leaf, attrs: { ...leaf.attrs, joins } };
  });
}

function imageOf(token: Token, marks: readonly MarkJson[]) {
  const alt = altOf(token);
  const meta = metaOf(token);
  return {
    src: attributeOf(token, 'src'),
    alt: alt || null,
    title: attributeOf(token, 'title'),
    href: marks.find(({ type }) => type === 'link')?.attrs?.href ?? null,
    ref: meta?.reference ?? null,
    label: meta?.label === alt ? null : meta?.label,
  };
}

/** Inline nodes of a line's tokens. In a table cell `<br>` is the only way to write a break, so there it is one. */
export const readInline = (tokens: readonly Token[], place: 'line' | 'cell' = 'line'): NodeJson[] =>
  new InlineReader(tokens, place === 'cell').read();
