// What can be done to the table at the caret.

import type { CommandProps, Editor, RawCommands } from '@tiptap/core';
import type { Node, ResolvedPos, Schema } from '@tiptap/pm/model';
import { Fragment } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import { Selection, TextSelection } from '@tiptap/pm/state';

export type Align = 'left' | 'center' | 'right';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    table: {
      /** An empty table after the caret's block; 3 by 3 (header row included) unless said otherwise. */
      insertTable: (size?: { rows?: number; columns?: number }) => ReturnType;
      addRowBefore: () => ReturnType;
      addRowAfter: () => ReturnType;
      addColumnBefore: () => ReturnType;
      addColumnAfter: () => ReturnType;
      /** Deletes the row at the caret; the table goes with its last row. */
      deleteRow: () => ReturnType;
      /** Deletes the column at the caret; the table goes with its last column. */
      deleteColumn: () => ReturnType;
      deleteTable: () => ReturnType;
      /** Aligns the column at the caret; null is the default. */
      setColumnAlign: (align: Align | null) => ReturnType;
    };
  }
}

/** Where a position stands in its table. */
interface Place {
  table: Node;
  /** Position before the table node. */
  pos: number;
  row: number;
  column: number;
}

/** Null outside of a cell. */
export function placeOf($pos: ResolvedPos): Place | null {
  for (let depth = $pos.depth; depth > 2; depth--) {
    const name = $pos.node(depth).type.name;
    if (name !== 'tableCell' && name !== 'tableHeader') continue;
    const table = $pos.node(depth - 2);
    return { table, pos: $pos.before(depth - 2), row: $pos.index(depth - 2), column: $pos.index(depth - 1) };
  }
  // A table at the top of the document stands at depth 1, its cells at depth 3.
  return null;
}

/** Position before row `index`, or after the last row when there are not so many. */
function rowPos({ table, pos }: Place, index: number): number {
  let at = pos + 1;
  for (let i = 0; i < Math.min(index, table.childCount); i++) at += table.child(i).nodeSize;
  return at;
}

/** Position before the cell, or after the row's last one when there are not so many. */
function cellPos(place: Place, row: number, column: number): number {
  const cells = place.table.child(row);
  let at = rowPos(place, row) + 1;
  for (let i = 0; i < Math.min(column, cells.childCount); i++) at += cells.child(i).nodeSize;
  return at;
}

const createCell = (schema: Schema, isHeader: boolean, attrs?: Record<string, unknown>): Node =>
  schema.node(isHeader ? 'tableHeader' : 'tableCell', attrs);

function createRow(schema: Schema, columns: number, isHeader: boolean, like?: Node): Node {
  const cells = Array.from({ length: columns }, (_, i) =>
    createCell(schema, isHeader, { align: like?.maybeChild(i)?.attrs.align ?? null }),
  );
  return schema.node('tableRow', null, Fragment.from(cells));
}

/** A command for the table at the caret. */
const inTable =
  (change: (tr: Transaction, place: Place, schema: Schema) => void) =>
  ({ tr, state, dispatch }: CommandProps): boolean => {
    const place = placeOf(tr.selection.$from);
    if (!place) return false;
    if (dispatch) change(tr, place, state.schema);
    return true;
  };

const columnsOf = (table: Node) => {
  let most = 0;
  table.forEach((row) => (most = Math.max(most, row.childCount)));
  return most;
};

/** The header is the first row: a row put above it becomes the header, and the old one stays as it is. */
const addRow = (offset: 0 | 1) =>
  inTable((tr, place, schema) => {
    const like = place.table.child(place.row);
    const row = createRow(schema, columnsOf(place.table), place.row + offset === 0, like);
    const at = rowPos(place, place.row + offset);
    tr.insert(at, row).setSelection(Selection.near(tr.doc.resolve(at + 2)));
  });

const addColumn = (offset: 0 | 1) =>
  inTable((tr, place, schema) => {
    for (let row = place.table.childCount - 1; row >= 0; row--) {
      const isHeader = place.table.child(row).firstChild?.type.name === 'tableHeader';
      tr.insert(cellPos(place, row, place.column + offset), createCell(schema, isHeader));
    }
  });

const deleteTable = inTable((tr, { table, pos }) => void tr.delete(pos, pos + table.nodeSize));

const deleteRow = inTable((tr, place) => {
  const { table, pos, row } = place;
  if (table.childCount === 1) return void tr.delete(pos, pos + table.nodeSize);
  const from = rowPos(place, row);
  tr.delete(from, from + table.child(row).nodeSize);
});

const deleteColumn = inTable((tr, place) => {
  const { table, pos, column } = place;
  if (columnsOf(table) === 1) return void tr.delete(pos, pos + table.nodeSize);
  for (let row = table.childCount - 1; row >= 0; row--) {
    const cell = table.child(row).maybeChild(column);
    const from = cellPos(place, row, column);
    if (cell) tr.delete(from, from + cell.nodeSize);
  }
});

const alignColumn = (align: Align | null) =>
  inTable((tr, place) => {
    for (let row = 0; row < place.table.childCount; row++)
      if (place.table.child(row).maybeChild(place.column))
        tr.setNodeAttribute(cellPos(place, row, place.column), 'align', align);
  });

function insertTable({ tr, state, dispatch }: CommandProps, rows: number, columns: number): boolean {
  const { schema } = state;
  const body = Array.from({ length: rows }, (_, i) => createRow(schema, columns, i === 0));
  const table = schema.node('table', null, body);
  const { $from } = tr.selection;
  const depth = $from.parent.isTextblock ? $from.depth : 0;
  if (placeOf($from) || depth === 0) return false;
  if (!dispatch) return true;
  const isEmpty = $from.parent.content.size === 0;
  const [from, to] = isEmpty
    ? [$from.before(depth), $from.after(depth)]
    : [$from.after(depth), $from.after(depth)];
  tr.replaceWith(from, to, table).setSelection(Selection.near(tr.doc.resolve(from + 1)));
  tr.scrollIntoView();
  return true;
}

export const tableCommands: Partial<RawCommands> = {
  insertTable:
    ({ rows = 3, columns = 3 } = {}) =>
    (props) =>
      insertTable(props, rows, columns),
  addRowBefore: () => addRow(0),
  addRowAfter: () => addRow(1),
  addColumnBefore: () => addColumn(0),
  addColumnAfter: () => addColumn(1),
  deleteRow: () => deleteRow,
  deleteColumn: () => deleteColumn,
  deleteTable: () => deleteTable,
  setColumnAlign: (align) => alignColumn(align),
};

/** Puts the caret into the cell; false when there is no such cell. */
function goTo(editor: Editor, place: Place, row: number, column: number): boolean {
  const cells = place.table.maybeChild(row);
  const cell = cells?.maybeChild(column);
  if (!cell) return false;
  const from = cellPos(place, row, column) + 1;
  const { tr } = editor.state;
  editor.view.dispatch(
    tr.setSelection(TextSelection.create(tr.doc, from, from + cell.content.size)).scrollIntoView(),
  );
  return true;
}

function step(editor: Editor, direction: 1 | -1): boolean {
  const place = placeOf(editor.state.selection.$from);
  if (!place) return false;
  const { table, row, column } = place;
  if (goTo(editor, place, row, column + direction)) return true;
  const next = table.maybeChild(row + direction);
  if (next && goTo(editor, place, row + direction, direction === 1 ? 0 : next.childCount - 1)) return true;
  return direction === 1 ? editor.commands.addRowAfter() : true;
}

/** Tab and Shift-Tab go from cell to cell, Tab in the last one adds a row; Enter goes down, then out of the table. */
export const tableShortcuts = (editor: Editor): Record<string, () => boolean> => ({
  Tab: () => step(editor, 1),
  'Shift-Tab': () => step(editor, -1),
  Enter: () => {
    const place = placeOf(editor.state.selection.$from);
    if (!place) return false;
    if (goTo(editor, place, place.row + 1, place.column)) return true;
    return editor
      .chain()
      .insertContentAt(place.pos + place.table.nodeSize, { type: 'paragraph' })
      .setTextSelection(place.pos + place.table.nodeSize + 1)
      .run();
  },
});
