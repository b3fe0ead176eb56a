// Where blocks stand: what comes before their lines, and how far in they begin. Columns count from 0; a tab goes to
// the next column that 4 divides.

/**
 * How blocks follow one another: with an empty line between them, or without. `tight`: none may part them. `free`: one
 * that is kept may, since no line of text is among them.
 */
export type Spacing = 'loose' | 'tight' | 'free';

export interface Frame {
  /** The beginning of a line up to the last `>`. */
  head: string;
  /** Where text begins. */
  column: number;
  /** The least column at which it may begin: after `>` the space may be missing. */
  least: number;
  /** Where the items of a list begin. */
  nest: number;
  /** In an item. */
  isItem: boolean;
  spacing: Spacing;
  /** The bullet of the item whose marker's line goes on here, else ''. */
  bullet: string;
  depth: number;
}

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += character === '\t' ? 4 - (width % 4) : 1;
  return width;
}

export const document: Frame = {
  head: '',
  column: 0,
  least: 0,
  nest: 0,
  isItem: false,
  spacing: 'loose',
  bullet: '',
  depth: 0,
};

/** What stands before each line but the first. */
export const restOf = ({ head, column }: Frame): string =>
  head + ' '.repeat(Math.max(0, column - widthOf(head)));

/** What stands before a kept line that begins with white space, if with that it still stands within; else null. */
export function leadWithin(kept: string | null, { head, column, least }: Frame): string | null {
  const lead = head + (/^[ \t]*/.exec(kept ?? '')?.[0] ?? '');
  const at = widthOf(lead);
  return at >= least && at <= column + 3 ? lead : null;
}

const quotesIn = (text: string) => text.split('>').length;

/** Whether a line of text that begins with `lead` stands so far in that nothing in it can begin a block. */
export const reachesDeep = (lead: string, { head, column }: Frame): boolean =>
  quotesIn(lead) === quotesIn(head) && widthOf(lead) >= column + 4;

/** Within a quote whose lines begin with `head`. */
export function quoteFrame(head: string, depth: number): Frame {
  const least = widthOf(head);
  return { ...document, head, column: least + 1, least, nest: least + 1, depth };
}

/** Within an item whose text begins at `column` and whose marker at `marker`: nested lists stand four further in. */
export function itemFrame(
  { head, depth }: Frame,
  { column, marker, spacing, bullet }: { column: number; marker: number; spacing: Spacing; bullet: string },
): Frame {
  const nest = Math.min(Math.max(marker + 4, column), column + 3);
  return { head, column, least: column, nest, isItem: true, spacing, bullet, depth: depth + 1 };
}
