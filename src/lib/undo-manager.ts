// Yjs' undo manager, mended in two places so that everybody ends with the same note, whoever undoes what meanwhile.
//
// To take back a deletion, Yjs makes the text anew and says between which two neighbours it belongs. It looks for them by
// what became of the old neighbours, which may have been made anew several times, some of them with the block around
// them and some not. Then the left one can stand to the right of the right one (Yjs issue 794). Where something between
// such a pair belongs depends on what else one already knows, so everybody puts it elsewhere, for ever.
// Here all that an undo made anew is said to belong between those it stands between on this screen, before anybody hears
// of it. That is what typing says too, and every peer can follow it.
//
// When the redo stack is dropped, Yjs lets go of what it would have needed, although the undo stack may need the same:
// once that was thrown away, the next undo throws in the midst of its work. Here nothing is let go: it costs the text
// that one took back oneself, for as long as the page is open.

import * as Y from 'yjs';

export class UndoManager extends Y.UndoManager {
  constructor(...options: ConstructorParameters<typeof Y.UndoManager>) {
    super(...options);
    this.doc.on('beforeObserverCalls', this.#settle);
  }

  override clear(clearUndoStack = true, clearRedoStack = true): void {
    const undoStackCleared = clearUndoStack && this.canUndo();
    const redoStackCleared = clearRedoStack && this.canRedo();
    if (undoStackCleared) this.undoStack = [];
    if (redoStackCleared) this.redoStack = [];
    if (undoStackCleared || redoStackCleared)
      this.emit('stack-cleared', [{ undoStackCleared, redoStackCleared }]);
  }

  override destroy(): void {
    this.doc.off('beforeObserverCalls', this.#settle);
    super.destroy();
  }

  #settle = (transaction: Y.Transaction) => {
    if (transaction.origin === this) settle(transaction);
  };
}

/** Has what this peer made in the transaction belong between the neighbours it stood between when it was made. */
function settle({ doc, beforeState }: Y.Transaction): void {
  const made = doc.store.clients.get(doc.clientID) ?? [];
  const start = beforeState.get(doc.clientID) ?? 0;
  // From the last to the first, each one taken out of the row when it is done: it was not there for those before it.
  const lefts = new Map<Y.Item, Y.Item | null>();
  const rights = new Map<Y.Item, Y.Item | null>();
  for (let i = made.length - 1; i >= 0 && made[i]!.id.clock >= start; i--) {
    const item = made[i]!;
    if (!(item instanceof Y.Item) || item.parentSub !== null) continue;
    const left = lefts.has(item) ? lefts.get(item)! : item.left;
    const right = rights.has(item) ? rights.get(item)! : item.right;
    item.origin = left && left.lastId;
    item.rightOrigin = right && right.id;
    if (left) rights.set(left, right);
    if (right) lefts.set(right, left);
  }
}
