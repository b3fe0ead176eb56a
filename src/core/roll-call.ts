// The roll call: who was here. Two sources say so and are never copied into each other: signatures (records the
// server makes) and lines written by hand (text, from an older note or typed; person-line.ts reads one). This file
// knows what announces a roll call, when two mean one person, and merges both sources into one attendance.

import type { BlockId } from './ids.ts';
import type { Profile } from './person.ts';
import { maxNameLength, toLine, toProfile } from './person.ts';
import { parsePersonLine } from './person-line.ts';

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

const comparable = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/** By handle where both have one, else by name and affiliation; case and Unicode form do not matter. */
export function isSamePerson(a: Profile, b: Profile): boolean {
  if (a.handle && b.handle) return comparable(a.handle) === comparable(b.handle);
  return comparable(a.name) === comparable(b.name) && comparable(a.affiliation) === comparable(b.affiliation);
}

const startWords =
  /roll ?call|sign[- ]?in\b|check-?in\b|attendees|attendance|attending\b|participants|present\b/i;

/** Whether a heading or the last line of a paragraph announces a roll call; a list of people must follow. */
export const isRollCallStart = (text: string): boolean => {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return startWords.test(line.slice(-300));
};

/** Whether a line by itself can be nothing else than part of a roll call. */
export function isSureLine(line: string): boolean {
  const read = parsePersonLine(line);
  return read.kind === 'placeholder' || read.kind === 'people' || (read.kind === 'person' && read.isFull);
}

/** `Ana Lima (@ana)`, and nothing else. */
const nameAndHandle = /^\s*\p{L}[^\s():/|@]*(?: [^\s():/|@]+){0,3} ?\(@[\w-]{1,39}\)\s*$/u;

/**
 * Whether lines under such a start are a roll call: at least one sure line, or mostly names with a handle, or nothing
 * but short names and slots.
 */
export function isRollCallList(lines: readonly string[]): boolean {
  if (lines.some(isSureLine)) return true;
  const written = lines.filter((line) => parsePersonLine(line).kind !== 'slot');
  if (2 * written.filter((line) => nameAndHandle.test(line)).length > written.length) return true;
  const isShortName = (line: string) =>
    parsePersonLine(line).kind === 'person' && line.trim().split(/\s+/).length <= 5;
  return written.length > 0 && written.every(isShortName);
}

/** Whether a paragraph is a roll call by itself: `Attendees: Josh, Niko`, at least two of them, and remarks at most. */
export function isRollCallLine(text: string): boolean {
  const lines = text.split('\n').map(parsePersonLine);
  return (
    lines.some((line) => line.kind === 'people' && line.people.length > 1) &&
    lines.every(({ kind }) => kind === 'people' || kind === 'remark')
  );
}

/** One person of a roll call. */
export interface Attendee {
  person: Profile;
  /** The index of the line they are written on; null when they only signed. */
  line: number | null;
  /** Whether others stand on that line as well. */
  isShared: boolean;
  /** Their signature. */
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
    const people = read.kind === 'person' ? [read.person] : read.kind === 'people' ? read.people : [];
    for (const person of people) add({ person, line, isShared: read.kind === 'people', entry: null });
  }
  for (const entry of entries) {
    const known = find(entry);
    if (known) known.entry ??= entry;
    else
      add({
        person: { name: entry.name, affiliation: entry.affiliation, handle: entry.handle },
        line: null,
        isShared: false,
        entry,
      });
  }
  return attendees;
}

/**
 * The signatures that are shown on a written line, by its index: of those who signed themselves and have a line of
 * their own. All others get a row.
 */
export function signedLines(lines: readonly string[], entries: readonly RollEntry[]): Map<number, RollEntry> {
  const signed = new Map<number, RollEntry>();
  for (const { line, isShared, entry } of attendance(lines, entries))
    if (line !== null && !isShared && entry && entry.addedBy === '') signed.set(line, entry);
  return signed;
}
