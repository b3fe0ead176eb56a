// One line of a roll call as people write it: `Name / Affiliation / @handle`. Real minutes also have bars for slashes,
// the handle second, in brackets or as a link, pronouns, places after the affiliation, and several people on one line
// behind a label. All are read, none is rewritten.

import { trimEndOf } from './trim.ts';
import type { Profile } from './person.ts';
import {
  maxAffiliationLength,
  maxHandleLength,
  maxNameLength,
  noProfile,
  toHandle,
  toLine,
} from './person.ts';

export type PersonLine =
  /** `isFull`: more than a name, and one part is exactly a handle. Such lines are never anything else. */
  | { kind: 'person'; person: Profile; isFull: boolean }
  /** `Attendees: Josh, Niko`: several who were there. Such a line is only read: whoever signs gets one of their own. */
  | { kind: 'people'; people: Profile[] }
  /** The line that shows how to sign: `name / institution / handle`. */
  | { kind: 'placeholder' }
  /** An empty line left for somebody. */
  | { kind: 'slot' }
  /** What was written about the roll call: `Regrets: Ana`. */
  | { kind: 'remark' };

/** What stands between the parts of a line. */
export type Separator = '/' | '|';

/** `Name / Affiliation / @handle`, empty parts left out. */
export const formatPersonLine = (
  { name, affiliation, handle }: Profile,
  separator: Separator = '/',
): string => [name, affiliation, handle && `@${handle}`].filter(Boolean).join(` ${separator} `);

const placeholderPart =
  /^(your |full |first |geographic(al)? |home )*(name|affiliation|institution|institute|organi[sz]ation|company|location|place|city|country|time ?zone|role|team|(@|github |gh )*(handle|username|user|id)|@?github|pronouns?)( here)?$/i;
const handlePart = /^@([A-Za-z0-9][\w-]{0,38})$/;
const handleWithin = /(?:^|[\s(])@([A-Za-z0-9][\w-]{0,38})(?![\w@.-])/;
const githubLink = /(?:https?:\/\/)?(?:www\.)?github\.com\/([A-Za-z0-9][\w-]{0,38})\/?(?=[\s)\]]|$)/i;
const pronouns =
  /^(s?he|they|her|him|them|it|ze|xe)\/(s?he|they|her|hers|him|his|them|theirs|it|its|zir|xem)\b/i;

interface Cut {
  at: number;
  isSpaced: boolean;
}

/** Every / and | outside of brackets that are closed again, and of pronouns. */
function findCuts(line: string): Cut[] {
  const cuts: Cut[] = [];
  const lastClosing = line.lastIndexOf(')');
  let depth = 0;
  let wordStart = 0;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (character === '(' && i < lastClosing) depth++;
    else if (character === ')') depth = Math.max(0, depth - 1);
    else if ((character === '/' || character === '|') && depth === 0) {
      const isPronoun = pronouns.test(line.slice(wordStart, i + 8));
      const isSpaced = /\s/.test(line[i - 1] ?? ' ') || /\s/.test(line[i + 1] ?? ' ');
      if (!isPronoun) cuts.push({ at: i, isSpaced });
    }
    if (/[\s/|(]/.test(character)) wordStart = i + 1;
  }
  return cuts;
}

/**
 * Where any cut has a space beside it, one without counts only behind the name, which has none (`Ana/CERN / @ana`),
 * and beside a handle: `FZJ/JSC` is one part.
 */
function splitParts(line: string): string[] {
  const all = findCuts(line);
  const firstSpaced = all.find(({ isSpaced }) => isSpaced);
  const firstBare = all.find(({ isSpaced }) => !isSpaced);
  const isBesideHandle = (at: number) =>
    line[at + 1] === '@' || /@[\w-]+$/.test(line.slice(Math.max(0, at - 40), at));
  const counts = (cut: Cut) =>
    !firstSpaced ||
    cut.isSpaced ||
    isBesideHandle(cut.at) ||
    (cut === firstBare && cut.at < firstSpaced.at && !line.startsWith('@'));
  const cuts = all.filter(counts).map(({ at }) => at);
  return [-1, ...cuts].map((cut, i) => line.slice(cut + 1, cuts[i] ?? line.length).trim());
}

/** A part without the brackets and stars around it, and without what stands in round brackets within. */
const bare = (part: string) =>
  trimEndOf(part.replace(/\([^()]*\)/g, ' ').replace(/^[*_[<{\s]+/, ''), '*_]>} ').replace(/\s+/g, ' ');

const isPlaceholder = (parts: readonly string[]) =>
  parts.every((part) => placeholderPart.test(bare(part))) &&
  (parts.length > 1 || /your|here|^[[<{(]/i.test(parts[0]!));

// A label before a colon: no name has one, and `:wave:` has no space after it.
const label = /^([\p{L}][\p{L}' -]{0,40}):(?:\s+|$)/u;
const presentLabel =
  /^(other |also |all |core |team |voting )*(attendees?|attendance|present|participants?|people|members|team|attending|in attendance|in the (room|call)|on the call|guests?|others?|who(’s|'s)? (is )?here|who(’s|'s)? (is )?there|roll ?call)$/i;
const maxNameWords = 4;

/** The people behind a label, when all that stands there are names; null when something else does. */
function parsePeople(text: string): Profile[] | null {
  const names = text
    .split(/[,;]|\s(?:and|&)\s/)
    .map((name) => toLine(trimEndOf(name, '. '), maxNameLength))
    .filter((name) => name !== '');
  const isName = (name: string) =>
    /^@?[\p{L}][^:/|!?"]*$/u.test(name) && name.replace(/\([^()]*\)/g, '').split(' ').length <= maxNameWords;
  if (!names.every(isName)) return null;
  return names.map((name) => {
    const { handle, rest } = takeHandle([name]);
    return { ...noProfile, name: rest[0] ?? handle, handle };
  });
}

/** Reads one line of a roll call. Text is somebody's name at least: whether it is a roll call says the place. */
export function parsePersonLine(text: string): PersonLine {
  const line = text.replace(/\s+/g, ' ').trim();
  if (/^[./|\s…]*$/.test(line)) return { kind: 'slot' };
  const labelled = label.exec(line);
  if (labelled) {
    const people = presentLabel.test(labelled[1]!.trim())
      ? parsePeople(line.slice(labelled[0].length))
      : null;
    return people && people.length > 0 ? { kind: 'people', people } : { kind: 'remark' };
  }
  const link = githubLink.exec(line);
  const parts = splitParts(link ? line.replace(link[0], `@${link[1]}`) : line).filter((part) => part !== '');
  if (isPlaceholder(parts)) return { kind: 'placeholder' };
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

/** What parts the written lines of a roll call: bars where most have bars. */
export function separatorOf(lines: readonly string[]): Separator {
  const count = (separator: string) => lines.filter((line) => line.includes(` ${separator} `)).length;
  return count('|') > count('/') ? '|' : '/';
}
