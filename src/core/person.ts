// What a person says about themselves. The same limits hold wherever such words come in.

/** Name, affiliation and handle as shown in the roll call. `handle` has no leading @. Empty string = not given. */
export interface Profile {
  name: string;
  affiliation: string;
  handle: string;
}

/** Name of the cookie that holds a guest's key. */
export const personCookie = 'rollcall_person';

export const maxNameLength = 80;
export const maxAffiliationLength = 120;
export const maxHandleLength = 39; // GitHub's own limit

export const noProfile: Profile = { name: '', affiliation: '', handle: '' };

// Control characters, bidirectional overrides and zero-width characters let one name pass for another.
// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line of plain text: no control or direction characters, single spaces, at most `maxLength` characters. Not a string: ''. */
export function toLine(value: unknown, maxLength: number): string {
  if (typeof value !== 'string') return '';
  return [
    ...value
      .slice(0, maxLength * 4)
      .replace(/\s+/g, ' ')
      .replace(unprintable, '')
      .trim(),
  ]
    .slice(0, maxLength)
    .join('')
    .trim();
}

/** A handle without @: letters, digits, - and _. Anything else: ''. */
export function toHandle(value: unknown): string {
  const handle = toLine(value, maxHandleLength + 1).replace(/^@/, '');
  return /^[A-Za-z0-9][\w-]{0,38}$/.test(handle) ? handle : '';
}

/** Coerces whatever arrived into a Profile. Never fails: what cannot be used is empty. */
export function toProfile(value: unknown): Profile {
  const { name, affiliation, handle } = (value ?? {}) as Record<string, unknown>;
  return {
    name: toLine(name, maxNameLength),
    affiliation: toLine(affiliation, maxAffiliationLength),
    handle: toHandle(handle),
  };
}

const colours = [
  '#b4452f',
  '#a05a00',
  '#6b6f00',
  '#2f7d32',
  '#00796b',
  '#0b72a8',
  '#3f5bd6',
  '#7a4bc2',
  '#a83a95',
  '#b02e5b',
];

/** A person's colour (#rrggbb, readable with white text at 4.5:1), the same for the same id everywhere. */
export function colourOf(personId: string): string {
  let sum = 0;
  for (const character of personId) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return colours[sum % colours.length]!;
}
