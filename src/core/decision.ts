// A decision: one paragraph of text with what became of it, by whom and when.
// A line is one by the label it begins with: `Decision: `, as Rollcall writes it, or one of those that older minutes
// have. The text may hold anything, brackets included; only the last bracket of a line is ever looked at, and only
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

const outcome = new RegExp(
  `^\\((${decisionStates.join('|')})(?: by ([^()]+?))?(?: on (\\d{4}-\\d\\d-\\d\\d))?\\)$`,
);

export interface DecisionLabel {
  /** How many characters announce the decision, one space after them included. */
  length: number;
  /** What became of it when no outcome says so: a proposal is what `Decision:` alone has always meant here. */
  state: DecisionState;
  /** Whether nothing follows: such a label announces what stands below it. */
  isBare: boolean;
}

const label = /^(decision|decided|resolved|resolution|agreed)(?:\s*:\s?|\s+[-–—]\s|\s*$)/i;
const choice = /^yes\s*\/\s*no\b/i;

/** The label a line begins with; null when there is none, or only a question that is still open (`yes / no`). */
export function parseDecisionLabel(text: string): DecisionLabel | null {
  const found = label.exec(text);
  if (!found) return null;
  const rest = text.slice(found[0].length).trimStart();
  if (choice.test(rest)) return null;
  const state = found[1]!.toLowerCase() === 'decision' ? 'proposed' : 'accepted';
  return { length: found[0].length, state, isBare: rest === '' };
}

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
 * `implied` is what goes without saying and gives '', unless `text` itself ends in what would be read as an outcome.
 */
export function formatOutcome(
  { state, decidedBy, decidedOn }: Decision,
  text: string,
  implied: DecisionState | null = 'proposed',
): string {
  if (state === implied && !decidedBy && !decidedOn && !parseOutcome(text)) return '';
  const by = decidedBy && ` by ${decidedBy}`;
  const on = decidedOn && ` on ${decidedOn}`;
  return `${text === '' ? '' : ' '}(${state}${by}${on})`;
}
