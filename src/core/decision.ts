// A decision: one paragraph of text with what became of it, by whom and when.
// The text may hold anything, brackets included; only the last bracket of a line is ever looked at, and only
// when all of it reads as an outcome. Clocks are not asked here: `decidedOn` is written by whoever decides.

import { toLine } from './person.ts';

export const decisionStates = ['proposed', 'accepted', 'rejected', 'deferred'] as const;
export type DecisionState = (typeof decisionStates)[number];

/** `decidedBy` is free text (names or @handles, '' = not said); `decidedOn` is YYYY-MM-DD or ''. */
export interface Decision {
  state: DecisionState;
  decidedBy: string;
  decidedOn: string;
}

export const maxDecidedByLength = 200;

/** Null when `value` is not one of the four states. */
export const toDecisionState = (value: unknown): DecisionState | null =>
  decisionStates.find((state) => state === value) ?? null;

/** Free text on one line, without brackets or a date at its end, which the written form gives another meaning. */
export const toDecidedBy = (value: unknown): string =>
  toLine(typeof value === 'string' ? value.replace(/[()]/g, ' ') : '', maxDecidedByLength).replace(
    /( on \d{4}-\d\d-\d\d)+$/,
    '',
  );

/** A calendar date YYYY-MM-DD that exists; anything else is ''. */
export function toDate(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return '';
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value ? '' : value;
}

const label = /^(decision)\s*:\s?/i;
const outcome = new RegExp(
  `^\\((${decisionStates.join('|')})(?: by ([^()]+?))?(?: on (\\d{4}-\\d\\d-\\d\\d))?\\)$`,
);

/** How many characters of a line announce a decision (`Decision: `, one space after it included); 0 when none do. */
export const decisionLabelLength = (text: string): number => label.exec(text)?.[0].length ?? 0;

/** The outcome in the bracket that ends a line, and where the text before it ends; null when there is none. */
export function parseOutcome(text: string): { decision: Decision; textEnd: number } | null {
  const open = text.lastIndexOf('(');
  if (open === -1) return null;
  const before = text.slice(0, open);
  const textEnd = before.trimEnd().length;
  if (textEnd === before.length && textEnd > 0) return null;
  const found = outcome.exec(text.slice(open).trimEnd());
  const state = toDecisionState(found?.[1]);
  if (!found || !state || (found[3] && !toDate(found[3]))) return null;
  return {
    decision: { state, decidedBy: toDecidedBy(found[2]), decidedOn: toDate(found[3]) },
    textEnd,
  };
}

/**
 * ` (accepted by Min RK, @betatim on 2026-11-23)`, with the space before it; the parts not said are left out. A bare
 * proposal is the default and gives '', unless `text` itself ends in what would be read as an outcome.
 */
export function formatOutcome({ state, decidedBy, decidedOn }: Decision, text: string): string {
  if (state === 'proposed' && !decidedBy && !decidedOn && !parseOutcome(text)) return '';
  const by = decidedBy && ` by ${decidedBy}`;
  const on = decidedOn && ` on ${decidedOn}`;
  return `${text === '' ? '' : ' '}(${state}${by}${on})`;
}
