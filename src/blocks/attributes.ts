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

const rule = (
  fallback: AttributeValue,
  read: (value: unknown) => AttributeValue | undefined,
  keepOnSplit = false,
): AttributeRule => ({ default: fallback, coerce: (value) => read(value) ?? fallback, keepOnSplit });

const string = (maxLength: number, shape = /^/) =>
  rule(null, (value) =>
    typeof value === 'string' && value.length <= maxLength && shape.test(value) ? value : undefined,
  );

const oneOf = (choices: readonly string[]) =>
  rule(null, (value) => choices.find((choice) => choice === value));

const integer = (fallback: number | null, min: number, max: number) =>
  rule(fallback, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined,
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

/** How the lines of a list, rule or fence were spelled in the markdown a note came from. Null: the house style. */
const loose = flag();

const table: Record<string, Record<string, AttributeRule>> = {
  paragraph: { decision: oneOf(decisionStates), decidedBy, decidedOn },
  heading: { level: integer(1, 1, 6), setext: flag() },
  bulletList: { marker: oneOf(['*', '+']), loose },
  orderedList: { start: integer(1, 0, 999_999_999), marker: oneOf([')']), step: integer(null, 0, 0), loose },
  listItem: { checked: eitherOrNull, action: flag(true) },
  codeBlock: {
    language: string(maxWordsLength, /^[^\n\r]*$/),
    fence: string(20, /^(`{3,}|~{3,}|indent)$/),
  },
  horizontalRule: { rule: string(80, /^([-*_])[ \t]*(\1[ \t]*){2,}$/) },
  tableHeader: { align: oneOf(['left', 'center', 'right']) },
  tableCell: { align: oneOf(['left', 'center', 'right']) },
  image: { src: url('image'), alt: string(maxWordsLength), title: string(maxWordsLength) },
  rawBlock: { kind: oneOf(rawBlockKinds) },
  rawInline: { md: string(maxSourceLength) },
  rollCall: { id: string(40, /^[A-Za-z0-9_-]{1,40}$/) },
  link: { href: url('link'), title: string(maxWordsLength) },
};

/** The rules of one node or mark; none for a name that has no attributes. */
export const rulesOf = (name: string): Record<string, AttributeRule> =>
  Object.hasOwn(table, name) ? table[name]! : {};

/** Every attribute `name` may have, each safe, and none besides. `attrs` may be anything. */
export function coerceAttributes(name: string, attrs: unknown): Attributes {
  const given = typeof attrs === 'object' && attrs !== null ? (attrs as Record<string, unknown>) : {};
  const safe: Attributes = {};
  for (const [key, { coerce, default: fallback }] of Object.entries(rulesOf(name)))
    safe[key] = Object.hasOwn(given, key) ? coerce(given[key]) : fallback;
  return safe;
}
