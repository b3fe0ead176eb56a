import { expect, test } from 'vitest';
import { createCommit } from '../../../server/storage/commit.ts';
import { createTestClock } from '../../support/clock.ts';
import type { Operation } from '../../../server/storage/storage.ts';
import { StorageError } from '../../../server/storage/storage.ts';

const put = (key: string): Operation => ({ type: 'put', key, value: new Uint8Array() });

/** A storage whose writes end when the test says so. */
function heldStorage() {
  const writes: { keys: string[]; end(error?: Error): void }[] = [];
  return {
    writes,
    write: (operations: readonly Operation[]) =>
      new Promise<void>((resolve, reject) => {
        writes.push({
          keys: operations.map(({ key }) => key),
          end: (error) => (error ? reject(error) : resolve()),
        });
      }),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('the first write goes at once, what comes meanwhile goes together in the next', async () => {
  const storage = heldStorage();
  const commit = createCommit(storage);
  const order: string[] = [];
  const all = ['a', 'b', 'c'].map((key) => commit.write([put(key)]).then(() => order.push(key)));
  expect(storage.writes.map(({ keys }) => keys)).toEqual([['a']]);
  storage.writes[0]!.end();
  await settled();
  expect(order).toEqual(['a']);
  expect(storage.writes.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c']]);
  storage.writes[1]!.end();
  await Promise.all(all);
  expect(order).toEqual(['a', 'b', 'c']);
});

test('a failed write is told to all who were in it, and to nobody else', async () => {
  const storage = heldStorage();
  const commit = createCommit(storage);
  const first = commit.write([put('a')]);
  const second = commit.write([put('b')]);
  const third = commit.write([put('c')]);
  storage.writes[0]!.end();
  await first;
  storage.writes[1]!.end(new Error('The disk is full.'));
  await expect(second).rejects.toThrow('The disk is full.');
  await expect(third).rejects.toThrow('The disk is full.');
  expect(commit.health()).toEqual({ ok: false, reason: 'The disk is full.' });
});

test('health heals with the next write that succeeds', async () => {
  const storage = heldStorage();
  const commit = createCommit(storage);
  const failed = commit.write([put('a')]);
  storage.writes[0]!.end(new Error('The disk is full.'));
  await expect(failed).rejects.toThrow();
  await settled();
  const healed = commit.write([put('b')]);
  storage.writes[1]!.end();
  await healed;
  expect(commit.health()).toEqual({ ok: true, reason: null });
});

test('health heals when nobody writes, too: it is tried again, after 1 s, then less and less often', async () => {
  const storage = heldStorage();
  const clock = createTestClock();
  const commit = createCommit(storage, clock.schedule);
  const failed = expect(commit.write([put('a')])).rejects.toThrow('full');
  const fail = () => storage.writes.at(-1)!.end(new Error('The disk is full.'));
  fail();
  await failed;
  for (const waitMs of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const { length } = storage.writes;
    await clock.advance(waitMs - 1);
    expect(storage.writes).toHaveLength(length);
    await clock.advance(1);
    expect(storage.writes).toHaveLength(length + 1);
    fail();
    await settled();
    expect(commit.health().ok).toBe(false);
  }
  await clock.advance(30_000);
  storage.writes.at(-1)!.end();
  await settled();
  expect(commit.health()).toEqual({ ok: true, reason: null });
  expect(clock.pending).toBe(0);
});

test('a store that is closed is not probed', async () => {
  const clock = createTestClock();
  const write = () => Promise.reject(new StorageError('closed', 'The storage is closed.'));
  const commit = createCommit({ write }, clock.schedule);
  await expect(commit.write([put('a')])).rejects.toThrow('closed');
  expect(clock.pending).toBe(0);
});
