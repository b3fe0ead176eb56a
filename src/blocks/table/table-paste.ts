// A cell holds one line. Whatever else arrives in one (paragraphs, lists, code, a table, pasted or dropped, or as the
// children of a pasted <td>) becomes that line: a break between its blocks, a space between cells of one row.
// Without this ProseMirror would split the table to make room for the blocks.

import type { Node as ProseMirrorNode, Schema, Slice } from '@tiptap/pm/model';
import { DOMParser, Fragment } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { placeOf } from './table-commands.ts';
import { emptyCells } from './table-selection.ts';

/** A newline of code is a break like any other. */
function inlineOf(line: readonly ProseMirrorNode[], schema: Schema): ProseMirrorNode[] {
  return line.flatMap((node) => {
    if (!node.isText || !node.text?.includes('\n')) return [node];
    return node.text
      .split('\n')
      .flatMap((text, i) => [
        ...(i > 0 ? [schema.node('hardBreak')] : []),
        ...(text ? [schema.text(text, node.marks)] : []),
      ]);
  });
}

const isCell = ({ type }: ProseMirrorNode) => type.name === 'tableCell' || type.name === 'tableHeader';

/** All the text of `content` as inline nodes of one line; lines without text leave nothing. */
export function toCellLine(content: Fragment, schema: Schema): Fragment {
  const found: ProseMirrorNode[] = [];
  const add = (line: readonly ProseMirrorNode[], separator: () => ProseMirrorNode) => {
    if (line.length === 0) return;
    if (found.length > 0) found.push(separator());
    found.push(...inlineOf(line, schema));
  };
  const read = (blocks: Fragment) => {
    let open: ProseMirrorNode[] = [];
    const close = () => {
      add(open, () => schema.node('hardBreak'));
      open = [];
    };
    blocks.forEach((node, _, i) => {
      if (node.isInline) return void open.push(node);
      close();
      const separator = isCell(node) && i > 0 ? () => schema.text(' ') : () => schema.node('hardBreak');
      if (node.isTextblock) add(node.content.content, separator);
      else read(node.content);
    });
    close();
  };
  read(content);
  return Fragment.fromArray(found);
}

/** The content of a pasted <td> or <th>. */
export const parseCell = (element: globalThis.Node, schema: Schema): Fragment =>
  toCellLine(DOMParser.fromSchema(schema).parseSlice(element).content, schema);

/** The slice put in place of the selection in a cell; null when it does not begin in one. */
export function pasteIntoCell(state: EditorState, { content }: Slice): Transaction | null {
  if (!placeOf(state.selection.$from)) return null;
  const line = toCellLine(content, state.schema);
  const emptied = emptyCells(state);
  const tr = emptied ?? state.tr;
  const from = emptied ? emptied.mapping.map(state.selection.from, -1) : state.selection.from;
  tr.replaceWith(from, emptied ? from : state.selection.to, line);
  return tr.scrollIntoView();
}

function dropIntoCell(view: EditorView, event: DragEvent, { content }: Slice, isMoved: boolean): boolean {
  const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
  if (!at || !placeOf(view.state.doc.resolve(at.pos))) return false;
  const { tr } = view.state;
  if (isMoved) tr.deleteSelection();
  const pos = tr.mapping.map(at.pos);
  if (!placeOf(tr.doc.resolve(pos))) return false;
  view.dispatch(tr.insert(pos, toCellLine(content, view.state.schema)));
  return true;
}

export const keepCellsInline = () =>
  new Plugin({
    key: new PluginKey('cellPaste'),
    props: {
      handlePaste(view, _event, slice) {
        const tr = pasteIntoCell(view.state, slice);
        if (tr) view.dispatch(tr.setMeta('paste', true).setMeta('uiEvent', 'paste'));
        return tr !== null;
      },
      handleDrop: dropIntoCell,
    },
  });
