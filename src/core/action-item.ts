// What the text of an action item says about itself: who does it and by when.
//
// The text carries all of it. `@handle` anywhere names an assignee, `(by YYYY-MM-DD)` at the end is the due date. So
// two people can assign at once and neither is lost, markdown is exact, and there is no second copy to disagree.

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
const due = /\(by (\d{4}-\d\d-\d\d)\)(?=\s*$)/;

/** The assignees, in order and as often as written, and the due date, if its date exists. */
export function parseActionText(text: string): ActionText {
  const assignees: Assignee[] = [];
  for (const match of text.matchAll(handle)) {
    const from = match.index + match[1]!.length;
    assignees.push({ handle: match[2]!, from, to: from + 1 + match[2]!.length });
  }
  const found = due.exec(text);
  const date = toDate(found?.[1]);
  return {
    assignees,
    due: found && date ? { date, from: found.index, to: found.index + found[0].length } : null,
  };
}

/** The text with the due date put in, changed, or (null) taken out. A date that does not exist is our mistake. */
export function withDue(text: string, date: string | null): string {
  if (date !== null && !toDate(date)) throw new RangeError(`A due date is YYYY-MM-DD, not ${date}.`);
  const { due: old } = parseActionText(text);
  const rest = (old ? text.slice(0, old.from) : text).trimEnd();
  if (date === null) return rest;
  return rest ? `${rest} (by ${date})` : `(by ${date})`;
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
  return assignees.length > 0 && /[\p{L}\p{N}]/u.test(rest.replace(due, ''));
}

/** How many characters of a line announce an action (`Action: `, `Action item: `); 0 when none do. */
export const actionLabelLength = (text: string): number =>
  /^action( item)?\s*:(\s|$)/i.exec(text)?.[0].length ?? 0;
