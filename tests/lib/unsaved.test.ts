import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { UnsavedClocks } from '../../src/lib/unsaved.ts';

test('the server may lack what is written here until it says saved, and whatever it says it has not', () => {
  const before = new Y.Doc();
  before.getText('t').insert(0, 'before the reload');
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(before));
  const unsaved = new UnsavedClocks(doc);
  expect([...unsaved.from]).toEqual([[doc.clientID, 0]]);

  unsaved.serverHas(new Map([[before.clientID, 6]]));
  doc.getText('t').insert(0, 'after ');
  expect(unsaved.from).toEqual(
    new Map([
      [doc.clientID, 0],
      [before.clientID, 6],
    ]),
  );
  unsaved.saved();
  expect([...unsaved.from]).toEqual([[doc.clientID, 6]]);
  unsaved.serverHas(new Map([[before.clientID, 17]]));
  expect(unsaved.from).toEqual(new Map([[doc.clientID, 0]]));
});

test('what was unsaved stays so while the server has it only in part', () => {
  const doc = new Y.Doc();
  const unsaved = new UnsavedClocks(doc);
  unsaved.saved();
  doc.getText('t').insert(0, 'written offline');
  unsaved.serverHas(new Map([[doc.clientID, 7]]));
  expect([...unsaved.from]).toEqual([[doc.clientID, 0]]);
});
