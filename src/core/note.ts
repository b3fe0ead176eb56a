// What is kept about a note beside its document.
import { toDate } from './decision.ts';
import { toLine } from './person.ts';

/** The root types of a note's Y.Doc: its text, and the signatures, which only the server writes. */
export const fragmentName = 'default';
export const rollName = 'roll';

export const maxTitleLength = 200;
export const maxUrlLength = 2000;

/** What a meeting has and a plain note has not. Empty string = not given. */
export interface Meeting {
  /** YYYY-MM-DD, the day where the meeting is held. */
  date: string;
  /** HH:MM, 24 hours, in `timeZone`. */
  time: string;
  /** IANA name, like Europe/Oslo. */
  timeZone: string;
  /** http(s) address of the video call. */
  callUrl: string;
  /** http(s) address of the report of the meeting before. */
  priorUrl: string;
}

export interface NoteMeta {
  title: string;
  meeting: Meeting | null;
  /** Milliseconds since 1970, the server's clock. */
  createdAt: number;
  createdBy: string;
  /** Greatest schema version that has written the document. */
  schemaVersion: number;
  /** A random word that two notes never share, not even under one id; '' when it is not known. */
  epoch: string;
}

/** One line of the home page. */
export interface NoteSummary {
  id: string;
  title: string;
  /** YYYY-MM-DD of the meeting, or ''. */
  date: string;
  /** Names of those who signed or are written in the roll call. */
  attendees: string[];
  /** Milliseconds since 1970. */
  changedAt: number;
}

/** A file name for a note: its title's words, joined by dashes, at most 80 characters, `.md` behind them. */
export function toFileName(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = [...words.join('-').normalize('NFC')].slice(0, 80).join('').replace(/^-|-$/g, '');
  return `${name || 'note'}.md`;
}

/** An http(s) address, or '' for anything else. */
export function toWebUrl(value: unknown): string {
  const text = toLine(value, maxUrlLength);
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text) ? text : '';
}

const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** What somebody asked for, checked. */
export type MeetingRequest =
  | { ok: true; title: string; meeting: Meeting }
  | { ok: false; field: 'title' | 'date' | 'time' | 'timeZone' | 'callUrl' | 'priorUrl'; message: string };

/** Checks the fields of the new-meeting form. Only the title must be given; what is given must make sense. */
export function toMeetingRequest(fields: Record<string, unknown>): MeetingRequest {
  const title = toLine(fields.title, maxTitleLength);
  if (title === '') return { ok: false, field: 'title', message: 'Give the meeting a title.' };
  const date = toDate(fields.date);
  if (date === '' && toLine(fields.date, 20) !== '')
    return { ok: false, field: 'date', message: 'This is not a date.' };
  const time = toLine(fields.time, 20);
  if (time !== '' && !isTime(time))
    return { ok: false, field: 'time', message: 'This is not a time of day.' };
  const timeZone = toLine(fields.timeZone, 60);
  if (!isTimeZone(timeZone)) return { ok: false, field: 'timeZone', message: 'This time zone is not known.' };
  for (const field of ['callUrl', 'priorUrl'] as const) {
    if (toLine(fields[field], maxUrlLength) !== '' && toWebUrl(fields[field]) === '') {
      return { ok: false, field, message: 'A link starts with https:// or http://.' };
    }
  }
  const meeting = {
    date,
    time,
    timeZone: time === '' ? '' : timeZone,
    callUrl: toWebUrl(fields.callUrl),
    priorUrl: toWebUrl(fields.priorUrl),
  };
  return { ok: true, title, meeting };
}

/** Whether this machine's calendar knows the zone; '' counts as "not given". */
export function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `26 April 2018`, the way minutes write a day. '' stays ''. */
export function formatDay(date: string): string {
  if (toDate(date) === '') return '';
  const day = new Date(`${date}T00:00:00Z`);
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(day);
}
