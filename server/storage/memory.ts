// The storage contract in memory: for tests and for trying things out. Keeps its promises, survives nothing.
import type { Operation, Range, Storage } from './storage.ts';
import { StorageError } from './storage.ts';

/** An empty storage that lives as long as the process. Values are copied on their way in and out. */
export function openMemoryStorage(): Storage {
  const values = new Map<string, Uint8Array>();
  let keys: string[] | null = []; // in order; null: to be sorted anew
  let closed = false;

  const mustBeOpen = () => {
    if (closed) throw new StorageError('closed', 'The storage is closed.');
  };

  const apply = (operation: Operation) => {
    switch (operation.type) {
      case 'put':
        if (!values.has(operation.key)) keys = null;
        values.set(operation.key, operation.value.slice());
        return;
      case 'delete':
        if (values.delete(operation.key)) keys = null;
        return;
    }
  };

  const entries = ({ from, to, reverse, limit }: Range): [string, Uint8Array][] => {
    keys ??= [...values.keys()].sort(byUtf8);
    const inside = keys.filter((key) => byUtf8(from, key) <= 0 && byUtf8(key, to) < 0);
    if (reverse) inside.reverse();
    return inside.slice(0, limit ?? Infinity).map((key) => [key, values.get(key)!]);
  };

  return {
    async get(key) {
      mustBeOpen();
      return values.get(key)?.slice() ?? null;
    },
    range(range) {
      const found = closed ? [] : entries(range); // as of now, not as of the first step
      return (async function* () {
        mustBeOpen();
        for (const [key, value] of found) {
          yield [key, value.slice()] as [string, Uint8Array];
          mustBeOpen();
        }
      })();
    },
    async write(operations) {
      mustBeOpen();
      if (operations.some(({ key }) => key === '')) throw new RangeError('A key must not be empty.');
      operations.forEach(apply);
    },
    async close() {
      closed = true;
    },
  };
}

// JavaScript compares UTF-16 units, which is another order beyond U+FFFF.
const byUtf8 = (a: string, b: string) => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));
