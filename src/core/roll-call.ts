// The roll call: who was here. Two sources say so and are never copied into each other: signatures (records the
// server makes) and lines written by hand (text, from an older note or typed). This file reads and writes one such
// line, knows when two of them mean one person, and merges both into one attendance.
//
// A line is `Name / Affiliation / @handle`. Real minutes also have bars for slashes, the handle second or in
// brackets, pronouns, links, places after the affiliation; all are read, none is rewritten.

import { trimEndOf } from './trim.ts';
import type { BlockId } from './ids.ts';
import type { Profile } from './person.ts';
import {
  maxAffiliationLength,
  maxHandleLength,
  maxNameLength,
  toHandle,
  toLine,
  toProfile,
} from './person.ts';

/** A signature. `signedAt` is the server's time in ms; `addedBy` is '' when they signed themselves. */
export interface RollEntry extends Profile {
  signedAt: number;
  addedBy: string;
}

/** The signatures of each roll call of a note, oldest first. */
export type Roll = ReadonlyMap<BlockId, RollEntry[]>;

/** Null when there is no name in it; everything else that cannot be used is empty or 0. */
export function toRollEntry(value: unknown): RollEntry | null {
  const profile = toProfile(value);
  if (profile.name === '') return null;
  const { signedAt, addedBy } = value as Record<string, unknown>;
  return {
    ...profile,
    signedAt: typeof signedAt === 'number' && Number.isFinite(signedAt) && signedAt > 0 ? signedAt : 0,
    addedBy: toLine(addedBy, maxNameLength),
  };
}

/** `Name / Affiliation / @handle`, empty parts left out. */
export const formatPersonLine = ({ name, affiliation, handle }: Profile): string =>
  [name, affiliation, handle && `@${handle}`].filter(Boolean).join(' / ');

export type PersonLine =
  /** `isFull`: more than a name, and one part is exactly a handle. Such lines are never anything else. */
  | { kind: 'person'; person: Profile; isFull: boolean }
  /** The line that shows how to sign: `name / institution / handle`. */
  | { kind: 'placeholder' }
  /** An empty line left for somebody. */
  | { kind: 'slot' };

const placeholderPart =
  /^(your |full |first )*(name|affiliation|institution|organi[sz]ation|company|(@|github |gh )*(handle|username|user|id)|@?github|pronouns?)$/i;
const handlePart = /^@([A-Za-z0-9][\w-]{0,38})$/;
const handleWithin = /(?:^|[\s(])@([A-Za-z0-9][\w-]{0,38})(?![\w@.-])/;
const githubLink = /(?:https?:\/\/)?(?:www\.)?github\.com\/([A-Za-z0-9][\w-]{0,38})\/?(?=[\s)\]]|$)/i;

/** Splits at / or |, not within brackets; where any separator has a space beside it only such ones count. */
function splitParts(line: string): string[] {
  const bare: number[] = [];
  const spaced: number[] = [];
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '(') depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if ((character === '/' || character === '|') && depth === 0) {
      bare.push(i);
      if (/\s/.test(line[i - 1] ?? ' ') || /\s/.test(line[i + 1] ?? ' ')) spaced.push(i);
    }
  }
  const cuts = spaced.length > 0 ? spaced : bare;
  return [-1, ...cuts].map((cut, i) => line.slice(cut + 1, cuts[i] ?? line.length).trim());
}

/** Reads one line of a roll call. Any text is somebody's name at least: whether it is a roll call says the place. */
export function parsePersonLine(text: string): PersonLine {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line === '') return { kind: 'slot' };
  const link = githubLink.exec(line);
  const parts = splitParts(link ? line.replace(link[0], `@${link[1]}`) : line).filter((part) => part !== '');
  if (parts.length === 0) return { kind: 'slot' };
  if (
    parts.length > 1 &&
    parts.every((part) => placeholderPart.test(trimEndOf(part.replace(/^[*_]+/, ''), '*_')))
  )
    return { kind: 'placeholder' };
  const { handle, rest } = takeHandle(parts);
  const [name = '', ...others] = rest;
  const person: Profile = {
    name: toLine(name, maxNameLength) || handle,
    affiliation: toLine(others.join(' / '), maxAffiliationLength),
    handle,
  };
  const isFull = parts.length > 1 && parts.some((part) => handlePart.test(part));
  return { kind: 'person', person, isFull };
}

/** The handle, and the parts without it. A part that is a handle wins over one that has a handle within. */
function takeHandle(parts: string[]): { handle: string; rest: string[] } {
  const exact = parts.findIndex((part) => handlePart.test(part));
  if (exact >= 0)
    return { handle: toHandle(parts[exact]!.slice(0, maxHandleLength + 1)), rest: parts.toSpliced(exact, 1) };
  const within = parts.findIndex((part) => handleWithin.test(part));
  if (within < 0) return { handle: '', rest: parts };
  const handle = handleWithin.exec(parts[within]!)![1]!;
  const without = parts[within]!.replace(`(@${handle})`, '').replace(handleWithin, '').trim();
  return { handle, rest: parts.toSpliced(within, 1, without).filter((part) => part !== '') };
}

const comparable = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** By handle where both have one, else by name and affiliation; case and Unicode form do not matter. */
export function isSamePerson(a: Profile, b: Profile): boolean {
  if (a.handle && b.handle) return comparable(a.handle) === comparable(b.handle);
  return comparable(a.name) === comparable(b.name) && comparable(a.affiliation) === comparable(b.affiliation);
}

const startWords = /roll ?call|sign[- ]?in\b|check-?in\b|attendees|attendance|participants|present\b/i;

/** Whether a heading or the last line of a paragraph announces a roll call; a list of people must follow. */
export const isRollCallStart = (text: string): boolean => {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return startWords.test(line.slice(-300));
};

/** Whether lines under such a start are a roll call: at least one full line, or nothing but short names and slots. */
export function isRollCallList(lines: readonly string[]): boolean {
  const parsed = lines.map((line) => ({ line, read: parsePersonLine(line) }));
  if (parsed.some(({ read }) => read.kind === 'placeholder' || (read.kind === 'person' && read.isFull)))
    return true;
  const people = parsed.filter(({ read }) => read.kind === 'person');
  return people.length > 0 && people.every(({ line }) => line.trim().split(/\s+/).length <= 5);
}

/** One person of a roll call. `line` is the index of the line written for them; `entry` is their signature. */
export interface Attendee {
  person: Profile;
  line: number | null;
  entry: RollEntry | null;
}

/**
 * Everybody: those on written lines in their order, then those who only signed in the order of `entries`. A
 * signature of somebody with a line marks that line instead of naming them twice. Placeholders and slots are nobody.
 */
export function attendance(lines: readonly string[], entries: readonly RollEntry[]): Attendee[] {
  const byHandle = new Map<string, Attendee>();
  const byName = new Map<string, Attendee>();
  const nameKey = ({ name, affiliation }: Profile) => `${comparable(name)}\n${comparable(affiliation)}`;
  const attendees: Attendee[] = [];
  const add = (attendee: Attendee) => {
    const { person } = attendee;
    attendees.push(attendee);
    if (person.handle && !byHandle.has(comparable(person.handle)))
      byHandle.set(comparable(person.handle), attendee);
    if (!byName.has(nameKey(person))) byName.set(nameKey(person), attendee);
  };
  const find = (person: Profile): Attendee | undefined => {
    const same = person.handle ? byHandle.get(comparable(person.handle)) : undefined;
    const named = same ?? byName.get(nameKey(person));
    return named && isSamePerson(named.person, person) ? named : undefined;
  };
  for (const [line, text] of lines.entries()) {
    const read = parsePersonLine(text);
    if (read.kind === 'person') add({ person: read.person, line, entry: null });
  }
  for (const entry of entries) {
    const known = find(entry);
    if (known) known.entry ??= entry;
    else
      add({
        person: { name: entry.name, affiliation: entry.affiliation, handle: entry.handle },
        line: null,
        entry,
      });
  }
  return attendees;
}
