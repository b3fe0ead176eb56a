// What is left of a damaged note: the document its intact records make, without what hangs in the air.
//
// A Yjs change that builds on a lost one waits for it inside the document and would be passed on to peers. Here it
// is left out instead, so that the document's state vector tells the truth: a browser that still holds what was
// lost is asked for it and brings it back once the note is repaired. Nothing is written here.
import * as Y from 'yjs';
import { createExactDocument } from './exact-document.ts';
import type { NoteRecord } from './record.ts';

/** `update` is null when nothing is left. `waiting`: sequences of intact records that build on lost ones, wholly or in part. */
export interface Salvage {
  update: Uint8Array | null;
  waiting: number[];
}

/** The records in order, snapshot first; those that Yjs cannot apply count as waiting. */
export function salvage(records: readonly NoteRecord[]): Salvage {
  const applicable: NoteRecord[] = [];
  let doc = createExactDocument();
  for (const record of records) {
    try {
      Y.applyUpdate(doc, record.update);
      applicable.push(record);
    } catch {
      // It stumbled half way: the document is made anew without it.
      doc.destroy();
      doc = createExactDocument();
      for (const { update } of applicable) Y.applyUpdate(doc, update);
    }
  }
  doc.store.pendingStructs = null;
  doc.store.pendingDs = null;
  const reached = Y.decodeStateVector(Y.encodeStateVector(doc));
  const update = reached.size === 0 ? null : Y.encodeStateAsUpdate(doc);
  doc.destroy();
  const isWhole = (record: NoteRecord) =>
    applicable.includes(record) &&
    [...Y.parseUpdateMeta(record.update).to].every(([peer, clock]) => clock <= (reached.get(peer) ?? 0));
  return { update, waiting: records.filter((record) => !isWhole(record)).map(({ sequence }) => sequence) };
}
