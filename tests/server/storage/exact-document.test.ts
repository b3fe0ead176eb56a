import * as Y from 'yjs';
import { expect, test } from 'vitest';
import { applyRecords, createExactDocument } from '../../../server/storage/exact-document.ts';

/** Records of many sizes, of a text that grows and shrinks: 200 kB in all. */
function recordsOf(document: Y.Doc): Uint8Array[] {
  const records: Uint8Array[] = [];
  document.on('update', (update: Uint8Array) => records.push(update));
  const text = document.getText('text');
  for (let n = 0; n < 400; n++) {
    text.insert(text.length >> 1, `${n} ${'words '.repeat(n % 7 === 0 ? 500 : n % 40)}`);
    if (n % 3 === 0) text.delete(text.length >> 2, 5);
  }
  return records;
}

test('all records are applied, in their order, however many go together', () => {
  const original = new Y.Doc();
  const records = recordsOf(original);
  const document = createExactDocument();
  let transactions = 0;
  document.on('afterTransaction', () => transactions++);
  applyRecords(document, records);
  expect(Y.encodeStateAsUpdate(document)).toEqual(Y.encodeStateAsUpdate(original));
  expect(transactions).toBeGreaterThan(1);
  expect(transactions).toBeLessThan(10);
});

test('no records make nothing', () => {
  const document = createExactDocument();
  applyRecords(document, []);
  expect(document.store.clients.size).toBe(0);
});

test('a record that cannot be read is an error, and the ones behind it are not applied', () => {
  const records = recordsOf(new Y.Doc());
  const document = createExactDocument();
  expect(() => applyRecords(document, [records[0]!, Uint8Array.of(1, 1, 1), records[1]!])).toThrow();
  expect([...document.store.clients.values()].flat()).toHaveLength(1);
});
