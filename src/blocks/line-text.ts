// Every line has its text from the beginning, also while there is nothing in it.
//
// The binding makes a line's Y.XmlText with its first letter. When two people begin to write in one empty line, each makes
// one, and the binding, which sees a single text, then writes what is in both into the first and deletes the second: each
// does, so letters come twice, or go. With a text that is there before them they write into the same one.
import type { Schema } from '@tiptap/pm/model';
import * as Y from 'yjs';

/** Gives an element that is a line by `schema` an empty text if it has nothing in it. To be called in a transaction. */
export function giveText(element: Y.XmlElement, schema: Schema): void {
  if (element.length === 0 && schema.nodes[element.nodeName]?.isTextblock)
    element.insert(0, [new Y.XmlText()]);
}
