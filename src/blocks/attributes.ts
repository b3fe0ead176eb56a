// The one table that says which attributes each node and mark has, and makes each value safe.
//
// Attributes arrive from the wire: a session can put any JSON value, or anything Yjs can hold, into any of them.
// So whoever shows or writes a node (editor, HTML page, markdown) asks this table and never node.attrs itself.
// Coercion never throws: a value of the wrong type, length, range or scheme becomes the default.
// Almost every default is null, because the Yjs binding stores no attribute for null: an ordinary paragraph costs
// nothing for the decision it is not.
// What this does not do: escape. A coerced string is safe as an attribute *value*, not as markup.

import { decisionStates, toDate, toDecidedBy } from '../core/decision.ts';

export type AttributeValue = string | number | boolean | null;
export type Attributes = Record<string, AttributeValue>;

export interface AttributeRule {
  default: AttributeValue;
  coerce(value: unknown): AttributeValue;
  /** False: Enter gives the new block the default instead of a copy. */
  keepOnSplit: boolean;
}

const maxUrlLength = 4096;
const maxWordsLength = 10_000;
const maxSourceLength = 1_000_000;
/** A line longer than this is not kept beside the text it became. */
const maxKeptLength = 100_000;
const maxNumber = 999_999_999;

const rule = (
  fallback: AttributeValue,
  read: (value: unknown) => AttributeValue | undefined,
  keepOnSplit = false,
): AttributeRule => ({ default: fallback, coerce: (value) => read(value) ?? fallback, keepOnSplit });

const string = (maxLength: number, shape = /^/, keepOnSplit = false) =>
  rule(
    null,
    (value) =>
      typeof value === 'string' && value.length <= maxLength && shape.test(value) ? value : undefined,
    keepOnSplit,
  );

const oneOf = (choices: readonly string[]) =>
  rule(null, (value) => choices.find((choice) => choice === value));

const integer = (fallback: number | null, min: number, max: number, keepOnSplit = false) =>
  rule(
    fallback,
    (value) =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
        ? value
        : undefined,
    keepOnSplit,
  );

const flag = (keepOnSplit = false) => rule(null, (value) => (value === true ? true : undefined), keepOnSplit);

const eitherOrNull = rule(null, (value) => (typeof value === 'boolean' ? value : undefined), true);

// Browsers drop tab and newline inside a URL and read a leading backslash as a slash.
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff]/;

/**
 * A URL a link or image may carry, or null. Allowed: http, https and (links only) mailto, or an address on this
 * origin (`/path`, `path`, `?query`, `#part`). Refused: every other scheme, `//host`, spaces and control characters.
 */
export function toUrl(value: unknown, kind: 'link' | 'image'): string | null {
  if (typeof value !== 'string' || value === '' || value.length > maxUrlLength) return null;
  if (control.test(value) || /^[/\\]{2}|^\\/.test(value)) return null;
  const scheme = /^([^/?#]*?):/.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) return value;
  if (scheme === 'http' || scheme === 'https') return /^https?:\/\/[^/\\]/i.test(value) ? value : null;
  return scheme === 'mailto' && kind === 'link' ? value : null;
}

const url = (kind: 'link' | 'image') => rule(null, (value) => toUrl(value, kind) ?? undefined);

const decidedBy = rule(null, (value) => toDecidedBy(value) || undefined);
const decidedOn = rule(null, (value) => toDate(value) || undefined);

export const rawBlockKinds = [
  'html',
  'front-matter',
  'definition',
  'footnote',
  'container',
  'unknown',
] as const;

// How markdown spelled a note that was imported: kept so that what nobody touches leaves as it came. Null is the house
// style. White space is verbatim and is used only where it means the same (blocks/markdown/write-*.ts decide).

const maxSpace = 1_000;
const space = (shape: RegExp, keepOnSplit = false) => string(maxSpace, shape, keepOnSplit);

const layout = {
  /** The empty lines before a block, each with its line end; in an item also the rest of the marker's line. */
  gap: space(/^([ \t]*\n)*$/),
  /** What stands before its first line, from the line's start or the last `>` on. */
  indent: space(/^[ \t]*$/),
  /** The space at the end of its last line, and where a quote or the document ends with it what comes after that. */
  tail: space(/^[ \t]*(\r?\n[ \t]*)*$/),
};

/**
 * The lines themselves, without what the blocks around them put before them: only where the writer would spell them
 * differently. Used only when they read as exactly what the node now holds, so they never bring back what was edited.
 */
const src = string(maxKeptLength);

/** What starts a line within a block: the white space and `>` before its text. */
const lead = space(/^[ \t>]*$/);

/** Whose marks what is not text is within, where it is not within those that the text on both sides has. */
const joins = oneOf(['previous', 'next', 'none']);

/** The characters around the text; several pairs for emphasis that is nothing but emphasis again. */
const delimiter = (shape: RegExp) => string(20, shape);
/** Within how many others a mark was. */
const nesting = integer(null, 1, 20);
const ref = string(1_000);

const table: Record<string, Record<string, AttributeRule>> = {
  paragraph: { decision: oneOf(decisionStates), decidedBy, decidedOn, ...layout, src },
  heading: { level: integer(1, 1, 6), setext: space(/^[ \t]*(=+|-+)[ \t]*$/), ...layout, src },
  bulletList: { marker: oneOf(['*', '+']), loose: flag(), gap: layout.gap, tail: layout.tail },
  orderedList: {
    start: integer(1, 0, maxNumber),
    marker: oneOf([')']),
    loose: flag(),
    gap: layout.gap,
    tail: layout.tail,
  },
  listItem: {
    checked: eitherOrNull,
    /** The letter that ticks its box. */
    tick: oneOf(['X']),
    action: flag(true),
    gap: layout.gap,
    indent: space(/^[ \t]*$/, true),
    /** What stands between the marker and the text. */
    pad: space(/^[ \t]*$/, true),
    /** The item's number less the one before. */
    step: integer(null, -maxNumber, maxNumber, true),
  },
  blockquote: layout,
  codeBlock: {
    language: string(maxWordsLength, /^[^\n\r]*$/),
    fence: string(20, /^(`{3,}|~{3,}|indent)$/),
    /** There is one empty line within, and nothing else. */
    blank: flag(),
    /** Nothing closes it: the text ends within it, without a line end. */
    open: flag(),
    gap: layout.gap,
    tail: layout.tail,
    src,
  },
  horizontalRule: { rule: string(1_000, /^([-*_])[ \t]*(\1[ \t]*){2,}$/), ...layout },
  /** `rule` is the line between the header and the rows. */
  table: { rule: string(maxWordsLength, /^[ \t|:-]*$/), ...layout },
  tableRow: { src },
  tableHeader: { align: oneOf(['left', 'center', 'right']) },
  tableCell: { align: oneOf(['left', 'center', 'right']) },
  /** `href` is where it links to: Yjs keeps no marks on what is not text. */
  image: {
    src: url('image'),
    alt: string(maxWordsLength),
    title: string(maxWordsLength),
    href: url('link'),
    ref,
    /** How markdown spelled `alt`. */
    label: string(maxWordsLength),
  },
  softBreak: { end: space(/^[ \t]*$/), lead, joins },
  hardBreak: { end: space(/^ {2,}$/), lead, joins },
  rawBlock: { kind: oneOf(rawBlockKinds), gap: layout.gap, tail: layout.tail },
  rawInline: { md: string(maxSourceLength), joins },
  rollCall: { id: string(40, /^[A-Za-z0-9_-]{1,40}$/) },
  bold: { delimiter: delimiter(/^(\*\*|__)+$/), nesting },
  italic: { delimiter: delimiter(/^[*_]+$/), nesting },
  strike: { delimiter: delimiter(/^~$/), nesting },
  highlight: { nesting },
  inserted: { nesting },
  /** `form` null is a bare address where the text is the address, else `[text](address)`; `ref` is a label. */
  link: { href: url('link'), title: string(maxWordsLength), form: oneOf(['auto', 'inline']), ref, nesting },
};

/** The rules of one node or mark; none for a name that has no attributes. */
export const rulesOf = (name: string): Record<string, AttributeRule> =>
  Object.hasOwn(table, name) ? table[name]! : {};

const rows = new Map(Object.entries(table).map(([name, rules]) => [name, Object.entries(rules)]));

export const hasAttributes = (name: string): boolean => rows.has(name);

/** Every attribute `name` may have, each safe, and none besides. `attrs` may be anything. */
export function coerceAttributes(name: string, attrs: unknown): Attributes {
  const given = typeof attrs === 'object' && attrs !== null ? (attrs as Record<string, unknown>) : {};
  const safe: Attributes = {};
  for (const [key, { coerce, default: fallback }] of rows.get(name) ?? [])
    safe[key] = Object.hasOwn(given, key) ? coerce(given[key]) : fallback;
  return safe;
}
