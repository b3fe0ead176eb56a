// What the text of an action item says about itself: who does it and by when.
//
// The text carries all of it. `@handle` anywhere names an assignee, the last `(by YYYY-MM-DD)` is the due date, wherever
// it stands: whoever writes on after it keeps it. So two people can assign at once and neither is lost, markdown is
// exact, and there is no second copy to disagree. Older minutes say when in words at the end (`by Friday`, `due 1 May`)
// and begin with a label (`TODO:`): both are understood and left as they are.

import { toDate } from './decision.ts';

export interface Assignee {
  /** Without @, as written. */
  handle: string;
  /** Where `@handle` stands in the text: first character and the one after the last. */
  from: number;
  to: number;
}

export interface Due {
  /** YYYY-MM-DD, a date that exists; '' when words say when, of which nobody knows the year. */
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

const month = '(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}';
const dayOfMonth = '\\d{1,2}(?:st|nd|rd|th)?';
const weekday = '(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?';
const when = [
  '\\d{4}-\\d\\d-\\d\\d',
  `${dayOfMonth}(?: of)? ${month}(?:,? \\d{4})?`,
  `${month} ${dayOfMonth}(?:,? \\d{4})?`,
  `(?:next |this )?${weekday}`,
  'today|tomorrow|tonight|eod|eow',
  '(?:the )?end of (?:the |this |next )?(?:day|week|month|year)',
  'next (?:week|month|meeting|call)',
].join('|');
const dueWords = new RegExp(`(?:^|[\\s,;])(\\(?(?:due(?: by| on)?|by) (${when})\\)?)[.!]?\\s*$`, 'i');
const maxDueWords = 60;

/** `by Friday`, `due 1 May` and the like, brackets around it included, when the text ends in it. */
function parseDueWords(text: string): Due | null {
  const start = Math.max(0, text.length - maxDueWords);
  const found = dueWords.exec(text.slice(start));
  if (!found) return null;
  const date = toDate(found[2]);
  if (date === '' && /^\d{4}-/.test(found[2]!)) return null;
  const from = start + found.index + found[0].indexOf(found[1]!);
  return { date, from, to: from + found[1]!.length };
}

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
    due: found
      ? { date: found[1]!, from: found.index, to: found.index + found[0].length }
      : parseDueWords(text),
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
  if (old) {
    const isWritten = text.slice(old.from, old.to) === `(by ${old.date})`;
    if (isWritten) return { from: old.from + '(by '.length, to: old.to - 1, insert: date };
    return { from: old.from, to: old.to, insert: `(by ${date})` };
  }
  const space = text === '' || /\s$/.test(text) ? '' : ' ';
  return { from: text.length, to: text.length, insert: `${space}(by ${date})` };
}

/** The text with `@handle` put in front, unless it is assigned already (upper and lower case are the same). */
export function withAssignee(text: string, who: string): string {
  const { assignees } = parseActionText(text);
  if (assignees.some((assignee) => assignee.handle.toLowerCase() === who.toLowerCase())) return text;
  return text.startsWith(' ') ? `@${who}${text}` : `@${who} ${text}`;
}

/** The text without who does it and by when. */
function taskOf(text: string): string {
  const { assignees, due } = parseActionText(text);
  let rest = text;
  for (const { from, to } of [...assignees, ...(due ? [due] : [])].sort((a, b) => b.from - a.from))
    rest = rest.slice(0, from) + rest.slice(to);
  return rest;
}

const saysSomething = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** Whether a check item's text reads as an action item: somebody is named, and there is something to do. */
export const readsAsAction = (text: string): boolean =>
  parseActionText(text).assignees.length > 0 && saysSomething(taskOf(text));

const label = /^(?:action(?: items?| points?)?|actions|to-?dos?)\s*:(?:\s|$)/i;
const initials = /^A[IP]\s*:(?:\s|$)/;

/** How many characters of a line announce an action (`Action: `, `TODO: `, `AI: `); 0 when none do. */
export const actionLabelLength = (text: string): number =>
  (label.exec(text) ?? initials.exec(text))?.[0].length ?? 0;

const heading =
  /^[^\p{L}]*(?:(?:next|open|new|old|our|my|team|follow-up|outstanding) )*(?:actions?(?: items?| points?| list)?|next steps?|to-?dos?)\b(?! (?:of|on|for|in)\b)/iu;

/** Whether the items under a heading are things somebody does. */
export const isActionHeading = (text: string): boolean => heading.test(text);

/** Whether an item under such a heading says who: a handle, or first or last, in brackets, one of `names` (lower case). */
export function namesSomebody(text: string, names: ReadonlySet<string>): boolean {
  if (readsAsAction(text)) return true;
  const isName = (words: string | undefined) => words !== undefined && names.has(words.toLowerCase());
  const [first = '', second = ''] = text.split(/[\s,:]+/, 2);
  const isFirst = isName(first) || isName(`${first} ${second}`);
  return (isFirst && saysSomething(text.slice(first.length))) || isName(lastInBrackets.exec(text)?.[1]);
}

const lastInBrackets = /\(([^()]{1,80})\)[.\s]{0,10}$/;
