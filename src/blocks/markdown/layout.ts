// The white space between what is said: how the lines of a text lie, read beside its tokens and kept as attributes
// (attributes.ts: gap, indent, pad, lead, end, tail, src).
//
// The reader tells, in the order of the text, which node begins on which line; the layout walks the lines with it.
// It decides nothing: what it does not find where it looks it leaves out, and the writer then has its house style.

import { trimEndOf } from '../../core/trim.ts';
import type { NodeJson } from '../document-json.ts';
import { isBlank } from './write-lines.ts';

type Attributes = Record<string, unknown>;

const attributesOf = (node: NodeJson): Attributes => (node.attrs ??= {});

/** The lines of a block of text: what stands before each of them, and the lines without that. */
export interface Lines {
  leads: string[];
  texts: string[];
}

export class Layout {
  readonly #lines: readonly string[];
  /** The line that comes next, or is being read when `#isWithin`. */
  #line = 0;
  /** How far a line has been read on which markers stand. */
  #at = 0;
  #isWithin = false;
  /** How many quotes go on from the line before. */
  #quotes = 0;
  /** The item whose marker was read last, when nothing has come after it on its line. */
  #item: NodeJson | null = null;
  #space = /[ \t]*/y;

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  list(node: NodeJson, [start]: [number, number]): void {
    this.#gap(node, start);
  }

  /** What comes before the first item of a list is the list's. */
  item(node: NodeJson, [start]: [number, number], isFirst: boolean): void {
    if (!isFirst) this.#gap(node, start);
    this.#indent(node);
    this.#take(/[-+*]|\d{1,9}[.)]/y);
    this.#item = node;
  }

  /** An item ends: one without anything in it has only its marker's line. */
  endItem(): void {
    if (!this.#isWithin || !this.#item) return;
    attributesOf(this.#item).pad = this.#unread();
    this.#next();
  }

  quote(node: NodeJson, [start]: [number, number]): void {
    this.#gap(node, start);
    this.#indent(node);
    this.#take(/>/y);
    this.#quotes++;
  }

  /** A quote ends: empty lines with its `>` belong to the last block within. One with nothing in it has its first. */
  endQuote(node: NodeJson, [, end]: [number, number]): void {
    if (this.#isWithin) {
      const space = this.#unread();
      if (space && !node.content?.length) attributesOf(node).tail = space;
      this.#next();
    }
    let tail = '';
    for (; this.#line < end; this.#line++) {
      const rest = this.#afterQuotes(this.#line);
      if (rest === null || !isBlank(rest)) break;
      tail += `\n${rest}`;
    }
    this.#quotes--;
    const last = node.content?.at(-1);
    if (tail && last) attributesOf(last).tail = `${String(last.attrs?.tail ?? '')}${tail}`;
  }

  /** Code: of its source's empty lines the white space, all that comes after the quotes. */
  code(node: NodeJson, map: [number, number], source: string, isIndented: boolean): void {
    const lines = source.split('\n');
    this.verbatim(node, map, map[1] - map[0], isIndented);
    const src = lines.map((line, i) => (isBlank(line) ? (this.#afterQuotes(map[0] + i) ?? '') : line));
    attributesOf(node).src = src.join('\n');
  }

  /** A block whose lines are kept by itself. */
  verbatim(node: NodeJson, [start]: [number, number], lineCount: number, isIndented = false): void {
    this.#gap(node, start);
    if (this.#isWithin && this.#item) {
      const space = this.#read(this.#space);
      attributesOf(this.#item).pad = isIndented ? space.slice(0, 1) : space;
    }
    this.#end(start + lineCount);
  }

  /** A block of text, `[start, end)`. */
  text(node: NodeJson, [start, end]: [number, number]): Lines {
    this.#gap(node, start);
    this.#indent(node);
    const leads = [''];
    const texts = [this.#rest()];
    for (let line = start + 1; line < end; line++) {
      const source = this.#lines[line]!;
      const from = this.#prefixLength(source);
      leads.push(source.slice(0, from));
      texts.push(source.slice(from));
    }
    this.#end(end);
    const last = texts.length - 1;
    const body = trimEndOf(texts[last]!, ' \t');
    if (body.length < texts[last]!.length) attributesOf(node).tail = texts[last]!.slice(body.length);
    texts[last] = body;
    return { leads, texts };
  }

  /** The text ends: all that is left belongs to its last block. */
  end(last: NodeJson | undefined): void {
    if (!last) return;
    if (this.#isWithin) this.#next();
    const tail = this.#lines.slice(this.#line).map((line) => `\n${line}`);
    attributesOf(last).tail = `${String(last.attrs?.tail ?? '')}${tail.join('')}`;
  }

  #gap(node: NodeJson, start: number): void {
    if (this.#isWithin && start === this.#line) return;
    let gap = '';
    if (this.#isWithin) {
      gap = `${this.#unread()}\n`;
      this.#next();
    }
    for (; this.#line < start; this.#line++) gap += `${this.#afterQuotes(this.#line) ?? ''}\n`;
    attributesOf(node).gap ??= gap;
    this.#item = null;
  }

  /** The white space before a marker or text: an item's own when it comes after its marker. */
  #indent(node: NodeJson): void {
    if (!this.#isWithin) {
      this.#at = this.#prefixLength(this.#lines[this.#line]!, false);
      this.#isWithin = true;
    }
    const space = this.#read(this.#space);
    if (this.#item) attributesOf(this.#item).pad = space;
    else attributesOf(node).indent = space;
    this.#item = null;
  }

  #read(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#lines[this.#line]!)?.[0] ?? '';
  }

  #take(marker: RegExp): void {
    this.#at += this.#read(this.#space).length;
    this.#at += this.#read(marker).length;
  }

  #unread(): string {
    return this.#lines[this.#line]!.slice(this.#at);
  }

  #rest(): string {
    return this.#lines[this.#line]!.slice(this.#at + this.#read(this.#space).length);
  }

  #next(): void {
    this.#end(this.#line + 1);
  }

  #end(line: number): void {
    this.#line = line;
    this.#isWithin = false;
    this.#item = null;
  }

  /** What of a line comes after the quotes that go on; null when one of them does not. */
  #afterQuotes(line: number): string | null {
    const source = this.#lines[line]!;
    const length = this.#prefixLength(source, false);
    const quotes = source.slice(0, length).split('>').length - 1;
    return quotes === this.#quotes ? source.slice(length) : null;
  }

  /** How long what stands before a line's text is: up to as many `>` as quotes go on, and white space. */
  #prefixLength(source: string, withSpace = true): number {
    const quote = /[ \t]*>/y;
    let length = 0;
    for (let i = 0; i < this.#quotes; i++) {
      quote.lastIndex = length;
      const found = quote.exec(source);
      if (!found) break;
      length += found[0].length;
    }
    if (!withSpace) return length;
    this.#space.lastIndex = length;
    return length + this.#space.exec(source)![0].length;
  }
}

/** The breaks of a text, one for each line but the first; null for one within something raw. */
export const breaksIn = (content: readonly NodeJson[]): (NodeJson | null)[] =>
  content.flatMap((node) => {
    if (node.type === 'softBreak' || node.type === 'hardBreak') return [node];
    if (node.type !== 'rawInline') return [];
    return String(node.attrs?.md ?? '')
      .split('\n')
      .slice(1)
      .map(() => null);
  });

/** Notes with each break of a text how its line ended and how the next begins. Only when every line has its break. */
export function keepBreaks(content: readonly NodeJson[], { leads, texts }: Lines): void {
  const breaks = breaksIn(content);
  if (breaks.length !== texts.length - 1) return;
  for (const [i, node] of breaks.entries()) {
    if (!node) continue;
    const space = texts[i]!.slice(trimEndOf(texts[i]!, ' \t').length);
    const isHouse = node.type === 'softBreak' ? space === '' : texts[i]!.endsWith('\\');
    node.attrs = { ...node.attrs, end: isHouse ? null : space, lead: leads[i + 1]! };
  }
}
