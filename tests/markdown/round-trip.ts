// What a markdown text comes back as: read, written into a Y.Doc, sent as an update to another, read there, written as
// markdown. The real way through the product, with an editor's transaction in the middle when something is typed.
import { initProseMirrorDoc, updateYFragment } from 'y-prosemirror';
import { EditorState, TextSelection } from '@tiptap/pm/state';
import type { Node } from '@tiptap/pm/model';
import * as Y from 'yjs';
import { readDocument, readRoll, writeDocument } from '../../src/blocks/document.ts';
import { fromMarkdown, toMarkdown, withoutSource } from '../../src/blocks/markdown.ts';
import { schema } from '../../src/blocks/schema.ts';
import { parseBlockId } from '../../src/core/ids.ts';
import { fragmentName } from '../../src/core/note.ts';

/** A text, or one into which `insert` is typed behind the first `find`. */
export type Source = string | { md: string; find: string; insert: string };

export interface Options {
  /** Write as if every paragraph had been edited: without any kept source. */
  isFresh: boolean;
}

/** The markdown `source` comes back as. Throws a sentence when the text is refused or `find` is not in it. */
export function roundTrip(source: Source, { isFresh }: Options): string {
  const { md, ...typed } = typeof source === 'string' ? { md: source } : source;
  const server = new Y.Doc();
  writeDocument(server, fromMarkdown(md, { createId: createIds() }));
  const person = copyOf(server);
  if ('find' in typed) type(person, typed.find, typed.insert);
  const saved = copyOf(person);
  const json = readDocument(saved);
  return toMarkdown(isFresh ? withoutSource(json) : json, readRoll(saved));
}

function createIds() {
  let made = 0;
  return () => {
    const id = parseBlockId(`block-${++made}`);
    if (!id) throw new RangeError('A block id has been given another form.');
    return id;
  };
}

function copyOf(document: Y.Doc): Y.Doc {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(document));
  return copy;
}

/** Types as the editor does: a transaction on its state, then the binding's own way into the document. */
function type(document: Y.Doc, find: string, insert: string): void {
  const fragment = document.getXmlFragment(fragmentName);
  const { doc, mapping } = initProseMirrorDoc(fragment, schema);
  const at = positionBehind(doc, find);
  if (at === null) throw new RangeError(`The document's text does not contain ${JSON.stringify(find)}.`);
  const state = EditorState.create({ doc });
  const caret = state.apply(state.tr.setSelection(TextSelection.create(doc, at)));
  const typed = caret.apply(caret.tr.insertText(insert));
  document.transact(() => updateYFragment(document, fragment, typed.doc, { mapping, isOMark: new Map() }));
}

/** Behind the first `find` within one block of text, whatever marks it has; a break counts as a newline. */
function positionBehind(doc: Node, find: string): number | null {
  let found: number | null = null;
  doc.descendants((node, position) => {
    if (found !== null) return false;
    if (!node.isTextblock) return true;
    // Each leaf is one position wide, so it stands for one character.
    const text = node.textBetween(0, node.content.size, undefined, ({ type }) =>
      type.name.endsWith('Break') ? '\n' : '\ufffc',
    );
    const index = text.indexOf(find);
    if (index >= 0) found = position + 1 + index + find.length;
    return false;
  });
  return found;
}
