// Tables as markdown has them: rows of cells, each one line of text, the first row the header; no spans.
//
// Built without prosemirror-tables on purpose. Its table map reads colspan and rowspan from attributes, which
// arrive from the wire unchecked (a colspan of a billion stops every browser in the room), and its repair of ragged
// tables runs in every browser at once, so that two people each add the cell that is missing. Here a row may have
// fewer cells than another: it is shown so, and the writer of markdown fills it up.

import { Node } from '@tiptap/core';
import { coerceAttributes } from '../attributes.ts';
import { attributesOf } from '../tiptap-attributes.ts';
import { tableCommands, tableShortcuts } from './table-commands.ts';
import { tableArrows } from './table-arrows.ts';
import { keepCellsInline, parseCell } from './table-paste.ts';
import { keepTableShape } from './table-selection.ts';

export const Table = Node.create({
  name: 'table',
  group: 'block',
  content: 'tableRow+',
  isolating: true,
  // What is typed at a gap between rows or cells would make one.
  allowGapCursor: false,
  addAttributes: () => attributesOf('table'),
  parseHTML: () => [{ tag: 'table' }],
  renderHTML: () => ['table', ['tbody', 0]],
  addCommands: () => tableCommands,
  addKeyboardShortcuts() {
    return { ...tableShortcuts(this.editor), ...tableArrows(this.editor) };
  },
  addProseMirrorPlugins: () => [keepTableShape(), keepCellsInline()],
});

export const TableRow = Node.create({
  name: 'tableRow',
  content: '(tableCell | tableHeader)*',
  allowGapCursor: false,
  addAttributes: () => attributesOf('tableRow'),
  parseHTML: () => [{ tag: 'tr' }],
  renderHTML: () => ['tr', 0],
});

const readAlign = (element: HTMLElement) => element.style.textAlign || element.getAttribute('align');

const cell = (name: 'tableCell' | 'tableHeader', tag: 'td' | 'th') =>
  Node.create({
    name,
    content: 'inline*',
    isolating: true,
    addAttributes: () => attributesOf(name, { align: readAlign }),
    parseHTML: () => [{ tag, getContent: parseCell }],
    renderHTML({ node }) {
      const { align } = coerceAttributes(name, node.attrs);
      return [tag, align ? { style: `text-align: ${align}` } : {}, 0];
    },
  });

export const TableCell = cell('tableCell', 'td');
export const TableHeader = cell('tableHeader', 'th');
