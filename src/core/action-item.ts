// What the text of an action item says about itself: who does it and by when.
//
// The text carries all of it. `@handle` anywhere names an assignee, the last `(by YYYY-MM-DD)` is the due date, wherever
// it stands: whoever writes on after it keeps it. So two people can assign at once and neither is lost, markdown is
// exact, and there is no second copy to disagree.

import { toDate } from './decision.ts';

export interface Assignee {
  /** Without @, as written. */
  handle: string;
  /** Where `@handle` stands in the text: first character and the one after the last. */
  from: number;
  to: number;
}

export interface Due {
  /** YYYY-MM-DD, a date that exists. */
  date: string;
  from: number;
  to: number;
}

export interface ActionText {
  assignees: Assignee[];
  due: Due | null;
}

// An address (name@example.org) and a path (a/@b) are not handles.
const handle = /(^|[^\w@/.-])@([A-Za-z0-9][\w-]{0,38})(?![\w@-]|\.\w)/g;
const due = /\(by (\d{4}-\d\d-\d\d)\)/g;

/** The assignees, in order and as often as written, and the due date, if its date exists. */
export function parseActionText(text: string): ActionText {
  const assignees: Assignee[] = [];
  for (const match of text.matchAll(handle)) {
    const from = match.index + match[1]!.length;
    assignees.push({ handle: match[2]!, from, to: from + 1 + match[2]!.length });
  }
  const found = [...text.matchAll(due)].findLast((match) => toDate(match[1]));
  return {
    assignees,
    due: found ? { date: found[1]!, from: found.index, to: found.index + found[0].length } : null,
  };
}

/** Whether something can be due on it: a date that exists, and not one of a year still being typed (`0020-…`). */
export const isDueDate = (date: string): boolean => toDate(date) >= '1900';

/** What to write over `text.slice(from, to)`. */
export interface TextChange {
  from: number;
  to: number;
  insert: string;
}

/**
 * How to put the due date in (at the end), change it where it stands, or (null) take it out with one space.
 * Null when there is nothing to take out. A date nothing can be due on is our mistake.
 */
export function changeDue(text: string, date: string | null): TextChange | null {
  if (date !== null && !isDueDate(date))
    throw new RangeError(`A due date is YYYY-MM-DD from 1900 on, not ${date}.`);
  const { due: old } = parseActionText(text);
  if (date === null) {
    if (!old) return null;
    const { from, to } = old;
    if (/\s/.test(text.charAt(from - 1))) return { from: from - 1, to, insert: '' };
    return { from, to: /\s/.test(text.charAt(to)) ? to + 1 : to, insert: '' };
  }
  if (old) return { from: old.from + '(by '.length, to: old.to - 1, insert: date };
  const space = text === '' || /\s$/.test(text) ? '' : ' ';
  return { from: text.length, to: text.length, insert: `${space}(by ${date})` };
}

/** The text with `@handle` put in front, unless it is assigned already (upper and lower case are the same). */
export function withAssignee(text: string, who: string): string {
  const { assignees } = parseActionText(text);
  if (assignees.some((assignee) => assignee.handle.toLowerCase() === who.toLowerCase())) return text;
  return text.startsWith(' ') ? `@${who}${text}` : `@${who} ${text}`;
}

/** Whether a check item's text reads as an action item: somebody is named, and there is something to do. */
export function readsAsAction(text: string): boolean {
  const { assignees } = parseActionText(text);
  let rest = text;
  for (const { from, to } of [...assignees].reverse()) rest = rest.slice(0, from) + rest.slice(to);
  return assignees.length > 0 && /[\p{L}\p{N}]/u.test(rest.replaceAll(due, ''));
}

/** How many characters of a line announce an action (`Action: `, `Action item: `); 0 when none do. */
export const actionLabelLength = (text: string): number =>
  /^action( item)?\s*:(\s|$)/i.exec(text)?.[0].length ?? 0;
