// The only list of what a document can hold: the editor, the server, markdown and the tests all build on it.
//
// Node and mark names are Tiptap's. Content is permissive on purpose: where concurrent edits leave a node invalid
// the Yjs binding deletes it with its text, so no rule here asks for more than a node needs to be shown.
// Runs in Node without a DOM. Faces (node views of the meeting blocks) are added by the browser's own list.
// Absent on purpose: undo (the Yjs binding undoes only one's own), underline (markdown has none), and the trailing
// paragraph of StarterKit (each browser would add one, and opening a note must not change it).

import { getSchema } from '@tiptap/core';
import type { Extensions } from '@tiptap/core';
import { StarterKit } from '@tiptap/starter-kit';
import { ActionItem } from './action-item/action-item.ts';
import { ListItem } from './action-item/list-item.ts';
import { BlockEdges } from './block-edges.ts';
import { ClipboardStyle } from './clipboard-style.ts';
import { DecisionParagraph } from './decision/decision.ts';
import { LeafMarks } from './leaf-marks.ts';
import { RawBlock, RawInline } from './raw/raw.ts';
import { RollCall } from './roll-call/roll-call.ts';
import { Splitting } from './splitting.ts';
import { OutsideCells } from './table/outside-cells.ts';
import { Table, TableCell, TableHeader, TableRow } from './table/table.ts';
import {
  FencedCode,
  Highlight,
  InlineCode,
  InlineImage,
  Inserted,
  LineBreak,
  MarkdownStyle,
  NumberedList,
  Rule,
  SafeLink,
  SoftBreak,
} from './text.ts';

/** Raised whenever a node, mark or attribute is added: an older client then reads but does not write. */
export const schemaVersion = 2;

export const extensions: Extensions = [
  StarterKit.configure({
    undoRedo: false,
    underline: false,
    trailingNode: false,
    link: false,
    code: false,
    codeBlock: false,
    hardBreak: false,
    listItem: false,
    orderedList: false,
    horizontalRule: false,
    listKeymap: {
      listTypes: [{ itemName: 'listItem', wrapperNames: ['bulletList', 'orderedList'] }],
    },
  }),
  SafeLink,
  InlineCode,
  InlineImage,
  FencedCode,
  Rule,
  LineBreak,
  SoftBreak,
  NumberedList,
  ListItem,
  Highlight,
  Inserted,
  MarkdownStyle,
  Table,
  TableRow,
  TableHeader,
  TableCell,
  RawBlock,
  RawInline,
  DecisionParagraph,
  ActionItem,
  RollCall,
  OutsideCells,
  ClipboardStyle,
  LeafMarks,
  Splitting,
  BlockEdges,
];

export const schema = getSchema(extensions);
