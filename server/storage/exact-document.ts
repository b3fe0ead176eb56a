// A document that is exactly what the updates applied to it say.
//
// At a peer Yjs tidies up formatting that others' changes have left around nothing, and sends what it deletes to all.
// Where a document stands for records there is nobody to send to, and those deletions would be in no record. Peers'
// own tidying comes in like everything else.
import * as Y from 'yjs';

export function createExactDocument(): Y.Doc {
  const document = new Y.Doc();
  document.on('afterTransaction', (transaction) => (transaction._needFormattingCleanup = false));
  return document;
}

/**
 * Of updates in one transaction. Of all that a transaction brought, Yjs joins neighbours one by one, and each moves what
 * lies behind it: a long day's letters at once take four times as long. A transaction for each record would do as
 * badly the other way, since each looks through all peers.
 */
const bytesAtOnce = 64 * 1024;

/** Applies a note's records, in their order. Throws what Yjs throws; then the document is good for nothing. */
export function applyRecords(document: Y.Doc, updates: readonly Uint8Array[]): void {
  for (let next = 0; next < updates.length;) {
    document.transact(() => {
      let bytes = 0;
      do {
        const update = updates[next++]!;
        Y.applyUpdate(document, update);
        bytes += update.length;
      } while (next < updates.length && bytes < bytesAtOnce);
    });
  }
}
