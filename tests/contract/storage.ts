// What every storage must do. A storage's own test file is a call of this suite and its special troubles.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Operation, Range, Storage } from '../../server/storage/storage.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const put = (key: string, ...values: number[]): Operation => ({ type: 'put', key, value: bytes(...values) });
const remove = (key: string): Operation => ({ type: 'delete', key });

/** `open` gives an empty storage each time; what it needs to clean up afterwards it registers itself. */
export function storageContract(title: string, open: () => Promise<Storage>): void {
  describe(`${title} keeps the storage contract`, () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    afterEach(() => storage.close());

    const list = async (range: Partial<Range> = {}) => {
      const keys: string[] = [];
      for await (const [key] of storage.range({ from: '', to: '\u{10ffff}', ...range })) keys.push(key);
      return keys;
    };

    test('what was written is read back, byte by byte', async () => {
      const value = Uint8Array.from({ length: 256 }, (_, i) => i);
      await storage.write([{ type: 'put', key: 'a', value }]);
      expect(Uint8Array.from((await storage.get('a'))!)).toEqual(value);
    });

    test('an absent key is null, an empty value is not', async () => {
      await storage.write([put('empty')]);
      expect(await storage.get('absent')).toBeNull();
      expect((await storage.get('empty'))!.length).toBe(0);
    });

    test('the last of several operations on one key in one write wins', async () => {
      await storage.write([put('a', 1), remove('a'), put('b', 1), put('b', 2), put('c', 1), remove('c')]);
      expect(await storage.get('a')).toBeNull();
      expect(Uint8Array.from((await storage.get('b'))!)).toEqual(bytes(2));
      expect(await storage.get('c')).toBeNull();
    });

    test('deleting what is not there and writing nothing are complete no-ops', async () => {
      await storage.write([]);
      await storage.write([remove('nothing')]);
      expect(await list()).toEqual([]);
    });

    test('a value changed by its owner after the write does not change in the store', async () => {
      const value = bytes(1, 2, 3);
      await storage.write([{ type: 'put', key: 'a', value }]);
      value[0] = 9;
      (await storage.get('a'))![1] = 9;
      expect(Uint8Array.from((await storage.get('a'))!)).toEqual(bytes(1, 2, 3));
    });

    test('a range runs from its first key to before its last, in order of UTF-8 bytes', async () => {
      // U+FF21 is smaller than U+1D400 in UTF-8 and greater in UTF-16.
      await storage.write(['b', 'a', 'c', 'a/1', 'a0', 'Z', '\uff21', '\u{1d400}'].map((key) => put(key)));
      expect(await list()).toEqual(['Z', 'a', 'a/1', 'a0', 'b', 'c', '\uff21', '\u{1d400}']);
      expect(await list({ from: 'a', to: 'b' })).toEqual(['a', 'a/1', 'a0']);
      expect(await list({ from: 'b', to: 'a' })).toEqual([]);
    });

    test('a range can run backwards and end early', async () => {
      await storage.write(['a', 'b', 'c', 'd'].map((key) => put(key)));
      expect(await list({ reverse: true })).toEqual(['d', 'c', 'b', 'a']);
      expect(await list({ limit: 2 })).toEqual(['a', 'b']);
      expect(await list({ reverse: true, limit: 1, to: 'd' })).toEqual(['c']);
    });

    test('a range shows the store as of the call, whatever is written while it is read', async () => {
      await storage.write(['a', 'b', 'c'].map((key) => put(key, 1)));
      const range = storage.range({ from: 'a', to: 'z' });
      await storage.write([remove('b'), put('c', 2), put('d', 2)]);
      const seen: [string, number][] = [];
      for await (const [key, value] of range) seen.push([key, value[0]!]);
      expect(seen).toEqual([['a', 1], ['b', 1], ['c', 1]]); // prettier-ignore
    });

    test('a range may be left before its end', async () => {
      await storage.write(['a', 'b', 'c'].map((key) => put(key)));
      for await (const [key] of storage.range({ from: 'a', to: 'z' })) if (key === 'a') break;
      expect(await list()).toEqual(['a', 'b', 'c']);
    });

    test('an empty key is our own mistake, and nothing of that write is kept', async () => {
      await expect(storage.write([put('a'), put('')])).rejects.toThrow(RangeError);
      expect(await storage.get('a')).toBeNull();
    });

    test('many writes at once are all kept', async () => {
      const keys = Array.from({ length: 200 }, (_, i) => `key/${String(i).padStart(3, '0')}`);
      await Promise.all(keys.map((key) => storage.write([put(key)])));
      expect(await list()).toEqual(keys);
    });

    test('close waits for what is under way, and may be called twice', async () => {
      const written = storage.write([put('a')]);
      const closed = Promise.all([storage.close(), storage.close()]);
      await expect(written).resolves.toBeUndefined();
      await closed;
      await storage.close();
    });

    test('every call after close is refused as closed', async () => {
      const opened = storage.range({ from: 'a', to: 'z' });
      await storage.close();
      const closed = expect.objectContaining({ name: 'StorageError', code: 'closed' });
      await expect(storage.get('a')).rejects.toEqual(closed);
      await expect(storage.write([put('a')])).rejects.toEqual(closed);
      await expect(list()).rejects.toEqual(closed);
      await expect(opened[Symbol.asyncIterator]().next()).rejects.toEqual(closed);
    });
  });
}
