// Enter in a line makes two. What a line carries beside its text (how markdown spelled it) stays with the half that has
// the text: all of it with the second when the first is empty, else with the first, and the other half gets what Enter
// may copy (keepOnSplit). ProseMirror would give both halves everything.
//
// A selection is deleted first: Tiptap's command looks at what stood there before, and throws when that is gone.

import { commands, Extension, getSplittedAttributes } from '@tiptap/core';
import type { CommandProps, Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { TextSelection, type Transaction } from '@tiptap/pm/state';

/** After `line` was split at `offset`, and the caret is at the start of its second half. */
export function shareStyle(editor: Editor, tr: Transaction, line: Node, offset: number): void {
  const { $from } = tr.selection;
  if (offset === line.content.size || $from.parent.type !== line.type) return;
  const copied = getSplittedAttributes(editor.extensionManager.attributes, line.type.name, line.attrs);
  if (offset > 0) return void tr.setNodeMarkup($from.before(), undefined, copied);
  const first = TextSelection.near(tr.doc.resolve($from.before()), -1).$from;
  if (first.parent.type === line.type && first.parent.content.size === 0)
    tr.setNodeMarkup(first.before(), undefined, copied);
}

function split({ tr, editor, ...props }: CommandProps, options: { keepMarks?: boolean }): boolean {
  if (props.dispatch && tr.selection instanceof TextSelection && !tr.selection.empty) tr.deleteSelection();
  const { parent, parentOffset } = tr.selection.$from;
  if (!commands.splitBlock(options)({ tr, editor, ...props })) return false;
  if (props.dispatch && parent.isTextblock) shareStyle(editor, tr, parent, parentOffset);
  return true;
}

export const Splitting = Extension.create({
  name: 'splitting',
  addCommands: () => ({
    splitBlock:
      (options = {}) =>
      (props) =>
        split(props, options),
  }),
});
