import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { LiveDocument } from '../../../server/sync/live-document.ts';

test('what sessions send leaves the document exactly as its records say, formatting that became void included', () => {
  const doc = new Y.Doc();
  doc.getXmlFragment('default').insert(0, [new Y.XmlText('Hello')]);
  const snapshot = { sequence: 1, at: 0, author: '', update: Y.encodeStateAsUpdate(doc) };
  const roots = { open: new Set(['default']), owned: new Set<string>() };
  const live = LiveDocument.of({ snapshot, updates: [], lastSequence: 1, lastAt: 0 }, roots);

  // Ana makes it bold while Ben deletes it: marks around nothing, which Yjs tidies up at peers.
  const said = [
    (text: Y.XmlText) => text.format(0, 5, { bold: true }),
    (text: Y.XmlText) => text.delete(0, 5),
  ];
  for (const write of said) {
    const peer = new Y.Doc();
    Y.applyUpdate(peer, snapshot.update);
    const before = Y.encodeStateVector(peer);
    write(peer.getXmlFragment('default').get(0) as Y.XmlText);
    expect(live.apply(Y.encodeStateAsUpdate(peer, before))).toBe(true);
  }
  const records = [snapshot.update, live.takeChange()!];
  const deleted = Y.createDeleteSetFromStructStore(live.doc.store);
  expect(
    Y.equalDeleteSets(deleted, Y.mergeDeleteSets(records.map((bytes) => Y.decodeUpdate(bytes).ds))),
  ).toBe(true);
});
