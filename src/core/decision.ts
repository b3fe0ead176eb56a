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

/** Free text on one line without brackets, which would end the bracket it is written in. */
export const toDecidedBy = (value: unknown): string =>
  toLine(typeof value === 'string' ? value.replace(/[()]/g, ' ') : '', maxDecidedByLength);

/** A calendar date YYYY-MM-DD that exists; anything else is ''. */
export function toDate(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return '';
  const time = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value ? '' : value;
}
