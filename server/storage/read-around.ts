// Reading a store that has unreadable places: everything on both sides of each, and where it lies.
//
// LevelDB fails a whole read at the first block it cannot decode, and a block holds many entries. So after a
// failure entries are read one at a time, up to the hole; then keys beyond it are tried, ever further, until one
// answers, and from there backwards to the hole's other edge. Slow, and only used where something is broken.
// Wrong bytes that LevelDB does not notice are not its business: values prove themselves (record.ts, sealed.ts).
import type { Range, Storage } from './storage.ts';
import { StorageError } from './storage.ts';

/** Nothing between these two keys can be read; null: up to that end of the range. */
export interface Hole {
  after: string | null;
  before: string | null;
}

type Entry = [key: string, value: Uint8Array];
type Readable = Pick<Storage, 'range'>;

/** The entries of a range in order, and the holes among them. Rejects with StorageError for any other reason than damage. */
export async function* readAround(
  storage: Readable,
  { from, to }: Pick<Range, 'from' | 'to'>,
): AsyncGenerator<{ entry: Entry } | { hole: Hole }> {
  let last: string | null = null;
  try {
    for await (const entry of storage.range({ from, to })) {
      last = entry[0];
      yield { entry };
    }
    return;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  for (let next = last === null ? from : after(last); ;) {
    const read = await first(storage, { from: next, to });
    if (read === 'end') return;
    if (read !== 'unreadable') {
      last = read[0];
      yield { entry: read };
    } else {
      const beyond = await behind(storage, next, to);
      yield { hole: { after: last, before: beyond[0]?.[0] ?? null } };
      for (const entry of beyond) yield { entry };
      last = beyond.at(-1)?.[0] ?? null;
      if (last === null) return;
    }
    next = after(last);
  }
}

/** What can be read after the hole that begins at `from`, as far as it had to be looked for. */
async function behind(storage: Readable, from: string, to: string): Promise<Entry[]> {
  for (const candidate of farther(from, to)) {
    if ((await first(storage, { from: candidate, to })) === 'unreadable') continue;
    // Backwards from the first place that answers, which may be the end of the range.
    const found: Entry[] = [];
    for (let end = candidate; ;) {
      const read = await first(storage, { from, to: end, reverse: true });
      if (read === 'unreadable' || read === 'end') return found;
      found.unshift(read);
      end = read[0];
    }
  }
  const found: Entry[] = [];
  for (let end = to; ;) {
    const read = await first(storage, { from, to: end, reverse: true });
    if (read === 'unreadable' || read === 'end') return found;
    found.unshift(read);
    end = read[0];
  }
}

/** Keys after `key`, near ones first. Keys of the store are ASCII. */
function* farther(key: string, to: string): Generator<string> {
  for (let i = key.length - 1; i >= 0; i--) {
    for (let code = key.charCodeAt(i) + 1; code <= 0x7b; code++) {
      const candidate = key.slice(0, i) + String.fromCharCode(code);
      if (candidate < to) yield candidate;
    }
  }
}

async function first(storage: Readable, range: Range): Promise<Entry | 'end' | 'unreadable'> {
  try {
    for await (const entry of storage.range({ ...range, limit: 1 })) return entry;
    return 'end';
  } catch (error) {
    if (isDamage(error)) return 'unreadable';
    throw error;
  }
}

const isDamage = (error: unknown) => error instanceof StorageError && error.code === 'damaged';
const after = (key: string) => `${key}\0`;
