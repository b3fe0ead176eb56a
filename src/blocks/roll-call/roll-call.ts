// The roll call: a block with an id, around whatever was written by hand (the question, lines for people).
// Signatures are not in it. They live in the Y.Doc's root map `roll`, one plain object per `<block id>/<person id>`,
// and only the server writes them; the block's face shows them under its content. So a signature survives the block
// being cut and pasted, and undo never takes one away.
// Two blocks with one id would show the same people: a copy gets an id of its own as soon as it appears
// (block-ids.ts).

import { Node } from '@tiptap/core';
import type { ResolvedPos } from '@tiptap/pm/model';
import { liftListItem } from '@tiptap/pm/schema-list';
import type { Transaction } from '@tiptap/pm/state';
import { EditorState, TextSelection } from '@tiptap/pm/state';
import { coerceAttributes } from '../attributes.ts';
import { placeOf } from '../table/table-commands.ts';
import { attributesOf } from '../tiptap-attributes.ts';
import { uniqueIds } from './block-ids.ts';

export interface RollCallOptions {
  /** A fresh block id. The default throws: whoever builds an editor says where randomness comes from. */
  createId: () => string;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    rollCall: {
      /**
       * Puts a roll call after the document's block at the caret, or in place of an empty line or list item; false
       * within one and in a table.
       */
      insertRollCall: () => ReturnType;
      /** Puts the caret in a plain paragraph after the roll call; false outside of one. */
      leaveRollCall: () => ReturnType;
    };
  }
}

/** Where the roll call around the selection begins, in depth; 0 when there is none. */
function depthOfRollCall({ selection }: EditorState): number {
  const { $from } = selection;
  for (let depth = $from.depth; depth > 0; depth--)
    if ($from.node(depth).type.name === 'rollCall') return depth;
  return 0;
}

/** Whether the caret stands in a list item that holds nothing else than this empty line. */
const isEmptyItem = ($from: ResolvedPos) =>
  $from.parent.content.size === 0 &&
  $from.depth > 1 &&
  $from.node(-1).type.name === 'listItem' &&
  $from.node(-1).childCount === 1;

/** Takes the line out of all the lists it stands in. Lifting believes that its transaction has no steps before its own. */
function liftEmptyItem(tr: Transaction): void {
  let state = EditorState.create({ doc: tr.doc, selection: tr.selection });
  const lift = liftListItem(state.schema.nodes.listItem!);
  const take = (lifted: Transaction) => {
    for (const step of lifted.steps) tr.step(step);
    tr.setSelection(TextSelection.create(tr.doc, lifted.selection.head));
    state = state.apply(lifted);
  };
  while (isEmptyItem(state.selection.$from) && lift(state, take));
}

export const RollCall = Node.create<RollCallOptions>({
  name: 'rollCall',
  group: 'block',
  content: 'block*',
  defining: true,
  isolating: true,
  addOptions: () => ({
    createId: () => {
      throw new RangeError('RollCall needs the option createId before a roll call can be made.');
    },
  }),
  addAttributes: () => attributesOf('rollCall', { id: (element) => element.getAttribute('data-id') }),
  parseHTML: () => [{ tag: 'section.roll-call' }],
  renderHTML({ node }) {
    const { id } = coerceAttributes('rollCall', node.attrs);
    return ['section', { class: 'roll-call', 'data-id': id }, 0];
  },
  addCommands() {
    return {
      insertRollCall:
        () =>
        ({ state, tr, dispatch }) => {
          if (tr.selection.$from.depth === 0 || depthOfRollCall(state) || placeOf(tr.selection.$from))
            return false;
          if (!dispatch) return true;
          liftEmptyItem(tr);
          const { $from } = tr.selection;
          const question = state.schema.node('paragraph', null, state.schema.text('Roll call:'));
          const made = this.type.create({ id: this.options.createId() }, question);
          const isEmpty = $from.depth === 1 && $from.parent.isTextblock && $from.parent.content.size === 0;
          const from = isEmpty ? $from.before(1) : $from.after(1);
          tr.replaceWith(from, $from.after(1), made);
          tr.setSelection(TextSelection.create(tr.doc, from + question.nodeSize)).scrollIntoView();
          return true;
        },
      leaveRollCall:
        () =>
        ({ state, tr, dispatch }) => {
          const depth = depthOfRollCall(state);
          const paragraph = state.schema.nodes.paragraph;
          if (!depth || !paragraph) return false;
          if (!dispatch) return true;
          const after = state.selection.$from.after(depth);
          const next = tr.doc.nodeAt(after);
          if (next?.type !== paragraph || next.content.size > 0) tr.insert(after, paragraph.create());
          tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView();
          return true;
        },
    };
  },
  addKeyboardShortcuts() {
    return {
      'Mod-Enter': () => this.editor.commands.leaveRollCall(),
      Enter: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        const depth = depthOfRollCall(editor.state);
        const isLastLine =
          depth > 0 && $from.depth === depth + 1 && $from.indexAfter(depth) === $from.node(depth).childCount;
        if (!empty || !isLastLine || $from.parent.content.size > 0) return false;
        const from = $from.before();
        const isOnly = $from.node(depth).childCount === 1;
        return editor
          .chain()
          .leaveRollCall()
          .command(({ tr }) => {
            if (!isOnly) tr.delete(from, from + 2);
            return true;
          })
          .run();
      },
    };
  },
  addProseMirrorPlugins() {
    return [uniqueIds(this.type, this.options.createId)];
  },
});
