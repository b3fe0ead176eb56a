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
