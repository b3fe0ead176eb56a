import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { gatherChanges } from '../../src/lib/local-copy.ts';

let stored: Uint8Array[];
let gather: ReturnType<typeof gatherChanges>;
let doc: Y.Doc;

beforeEach(() => {
  vi.useFakeTimers();
  stored = [];
  gather = gatherChanges(
    (update) => stored.push(update),
    (origin) => origin === 'server',
  );
  doc = new Y.Doc();
  doc.on('update', gather.take);
});

afterEach(() => vi.useRealTimers());

const write = (text: string, origin?: string) => doc.transact(() => doc.getText().insert(0, text), origin);
function kept(): string {
  const copy = new Y.Doc();
  for (const update of stored) Y.applyUpdate(copy, update);
  return copy.getText().toString();
}

test('one’s own changes are kept at once, each with what came before it', () => {
  write('b', 'server');
  expect(stored).toHaveLength(0);
  write('a');
  expect(kept()).toBe('ab');
  vi.advanceTimersByTime(5000);
  expect(stored).toHaveLength(1);
});

test('the server’s changes are kept together, a second after the first', () => {
  for (const letter of 'edcba') write(letter, 'server');
  vi.advanceTimersByTime(999);
  expect(stored).toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(stored).toHaveLength(1);
  expect(kept()).toBe('abcde');
});

test('nothing waits beyond the end', () => {
  write('a', 'server');
  gather.flush();
  expect(kept()).toBe('a');
});
