// The lines being written, with the white space the document keeps: what of it does not mean the same any more where
// it stands gives way to the house style.

import type { NodeJson } from '../document-json.ts';
import { restOf, widthOf } from './frame.ts';
import type { Frame } from './frame.ts';
import type { References } from './parser.ts';

/** `kept`: as the document keeps it. `house`: as new text is written. `safe`: as it can least be misread. */
export type Care = 'kept' | 'house' | 'safe';

export interface WriteOptions {
  /** The link definitions of the whole document: `[x]` is a link where there is one for x. */
  references: References;
  /** What is kept but would be written the same without is forgotten, in the document's own attributes. */
  forget: boolean;
  /** The last block of all, if the text ends with it and not with a line end. */
  end: NodeJson | null;
}

/** The block before, and its marker when it is a list. */
export interface Before {
  node: NodeJson | null;
  marker: string | null;
}

/** Writes blocks of any kind, for a kind that has blocks within. */
export interface BlockWriter {
  readonly lines: Lines;
  /** Blocks that follow one another. `box` is what the item they are in begins with. */
  blocks(nodes: readonly NodeJson[], frame: Frame, box?: string): void;
  /** The empty lines before a block: those it keeps, unless they would join it to what it must be parted from. */
  gap(node: NodeJson, house: string, frame: Frame, needsGap: boolean): void;
}

export const isBlank = (line: string) => !/[^ \t]/.test(line);

export class Lines {
  readonly lines: string[] = [];
  readonly options: WriteOptions;
  /** How the block is written that is being written. */
  care: Care = 'kept';
  /** The line that markers have begun and nothing else has come on. */
  #open: string | null = null;

  constructor(options: WriteOptions) {
    this.options = options;
  }

  get open(): string | null {
    return this.#open;
  }

  get isOpen(): boolean {
    return this.#open !== null;
  }

  kept(node: NodeJson, name: string): unknown {
    return this.care === 'kept' ? (node.attrs?.[name] ?? null) : null;
  }

  keptText(node: NodeJson, name: string): string | null {
    const value = this.kept(node, name);
    return typeof value === 'string' ? value : null;
  }

  /** What is kept is what would be written without it. */
  forget(node: NodeJson, name: string): void {
    if (this.options.forget && node.attrs) node.attrs[name] = null;
  }

  /** Begins a line with a marker; what follows goes on after it. */
  begin(line: string): void {
    this.#open = line;
  }

  /** Ends a line nothing came on. */
  endOpen(): void {
    if (this.#open !== null) this.lines.push(this.#open.trimEnd());
    this.#open = null;
  }

  /** Writes the empty lines `gap` says; on an open line it begins with the rest of that line. */
  gap(gap: string, { head }: Frame): void {
    for (const space of gap.split('\n').slice(0, -1)) {
      this.lines.push(this.#open === null ? head + space : this.#open.trimEnd() + space);
      this.#open = null;
    }
  }

  /**
   * What stands before the first line of a node: a begun line, else the white space it keeps, if with that it still
   * begins where it must, and before the column `limit`.
   */
  start(node: NodeJson, frame: Frame, house: number = frame.column, limit = Infinity): string {
    const open = this.#open;
    this.#open = null;
    if (open !== null && !open.endsWith('>')) return open;
    const before = open ?? frame.head;
    const column = open === null ? house : frame.column;
    const plain = before + ' '.repeat(Math.max(0, column - widthOf(before)));
    const indent = this.keptText(node, 'indent');
    if (indent === null) return plain;
    const line = before + indent;
    if (line === plain) this.forget(node, 'indent');
    const at = widthOf(line);
    return at >= frame.least && at <= frame.column + 3 && at < limit ? line : plain;
  }

  /** Writes lines of which the first has begun. `leads` may say what stands before the others; those that `isEmpty` begin at the margin. */
  text(
    first: string,
    texts: readonly string[],
    frame: Frame,
    leads: readonly (string | null)[] = [],
    isEmpty: (text: string) => boolean = (text) => text === '',
  ): void {
    const rest = restOf(frame);
    for (const [i, text] of texts.entries())
      if (i === 0) this.lines.push(text ? first + text : first.trimEnd());
      else this.lines.push(isEmpty(text) ? frame.head + text : (leads[i] ?? rest) + text);
  }

  /** White space kept after the last line of a block. */
  tail(node: NodeJson): void {
    const space = this.keptText(node, 'tail')?.split(/\r?\n/)[0];
    if (space) this.lines[this.lines.length - 1] += space;
  }

  /** Empty lines kept after the last block of a quote. */
  closeQuote(last: NodeJson, { head }: Frame): void {
    const tail = this.keptText(last, 'tail');
    for (const space of tail?.split(/\r?\n/).slice(1) ?? []) this.lines.push(head + space);
  }
}
