// Identifiers. A raw string becomes an id here and nowhere else.
// Random bytes are passed in: core has no source of randomness.

declare const brand: unique symbol;
type Id<Kind extends string> = string & { readonly [brand]: Kind };

/** 128 random bits, base64url, 22 characters. Knowing one is (for now) the right to read and edit the note. */
export type NoteId = Id<'note'>;
/** Names a person in presence, roll call and history. Public: it gives no rights. 22 characters, base64url. */
export type PersonId = Id<'person'>;
/** Names a block within its note (a roll call). 1 to 40 characters of A–Z a–z 0–9 _ -. */
export type BlockId = Id<'block'>;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Formats 16 random bytes as 22 base64url characters. */
export function formatId(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new RangeError(`An id is made of 16 bytes, not ${bytes.length}.`);
  let out = '';
  for (let i = 0; i < 16; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    for (let shift = 18; shift >= 0; shift -= 6) out += alphabet[(word >> shift) & 63];
  }
  return out.slice(0, 22);
}

export const createNoteId = (random: Uint8Array) => formatId(random) as NoteId;
export const createPersonId = (random: Uint8Array) => formatId(random) as PersonId;
export const createBlockId = (random: Uint8Array) => formatId(random).slice(0, 11) as BlockId;

const id22 = /^[A-Za-z0-9_-]{22}$/;
const blockId = /^[A-Za-z0-9_-]{1,40}$/;

/** Null when `text` cannot be a note id. */
export const parseNoteId = (text: string) => (id22.test(text) ? (text as NoteId) : null);
/** Null when `text` cannot be a person id. */
export const parsePersonId = (text: string) => (id22.test(text) ? (text as PersonId) : null);
/** Null when `text` cannot be a block id. */
export const parseBlockId = (text: string) => (blockId.test(text) ? (text as BlockId) : null);
