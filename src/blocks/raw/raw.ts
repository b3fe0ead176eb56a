// Markdown that the document has no node for, kept as its source so that nothing is lost: HTML, link definitions,
// footnotes, containers, front matter. A raw block is edited like code, in its box; inline raw is one unit, edited in a
// field (source-chip.ts). Neither is ever shown as markup, so nothing in it can load or run.
//
// A raw block keeps to itself: no key joins it with what stands around it, since prose is no source and source no prose.

import { Node } from '@tiptap/core';
import type { Editor } from '@tiptap/core';
import type { Node as ProseMirrorNode } from '@tiptap/pm/model';
import { NodeSelection, Selection } from '@tiptap/pm/state';
import { coerceAttributes } from '../attributes.ts';
import type { rawBlockKinds } from '../attributes.ts';
import { attributesOf } from '../tiptap-attributes.ts';
import { SourceChip } from './source-chip.ts';

type RawBlockKind = (typeof rawBlockKinds)[number];

/** What a raw block is called on its box. */
const labels: Record<RawBlockKind, string> = {
  html: 'HTML',
  'front-matter': 'Front matter',
  definition: 'Link definition',
  footnote: 'Footnote',
  container: 'Container',
  unknown: 'Markdown',
};

const kindOf = (node: ProseMirrorNode): RawBlockKind =>
  (coerceAttributes('rawBlock', node.attrs).kind as RawBlockKind | null) ?? 'unknown';

/** Puts the caret on what comes after the raw block, on a new line when nothing does. */
function leave(editor: Editor): boolean {
  const { state, view } = editor;
  const after = Selection.findFrom(state.doc.resolve(state.selection.$head.after()), 1);
  if (!after) return editor.commands.exitCode();
  view.dispatch(state.tr.setSelection(after).scrollIntoView());
  return true;
}

/** At the end of the last block an arrow makes a line to go on in; elsewhere it goes its way. */
function leaveLast(editor: Editor, arrow: 'right' | 'down'): boolean {
  const { selection, doc } = editor.state;
  const isLast = !Selection.findFrom(doc.resolve(selection.$head.after()), 1);
  return selection.empty && isLast && editor.view.endOfTextblock(arrow) && leave(editor);
}

export const RawBlock = Node.create({
  name: 'rawBlock',
  group: 'block',
  content: 'text*',
  marks: '',
  code: true,
  defining: true,
  isolating: true,
  addAttributes: () => attributesOf('rawBlock', { kind: (element) => element.getAttribute('data-raw') }),
  parseHTML: () => [{ tag: 'pre[data-raw]', preserveWhitespace: 'full', priority: 60 }],
  renderHTML({ node }) {
    const kind = kindOf(node);
    const attributes = {
      class: 'raw',
      'data-raw': kind,
      'data-label': labels[kind],
      role: 'group',
      'aria-label': `${labels[kind]} source`,
      spellcheck: 'false',
      // Says to checkers that keys reach what scrolls here: the caret does, where the text around it is edited.
      contenteditable: 'inherit',
    };
    return ['pre', attributes, ['code', 0]];
  },
  addKeyboardShortcuts() {
    const { editor, type } = this;
    const within = (run: () => boolean) => () => editor.state.selection.$head.parent.type === type && run();
    return {
      'Mod-Enter': within(() => editor.commands.exitCode()),
      Escape: within(() => leave(editor)),
      ArrowRight: within(() => leaveLast(editor, 'right')),
      ArrowDown: within(() => leaveLast(editor, 'down')),
      Backspace: within(
        () => editor.state.selection.$head.parent.content.size === 0 && editor.commands.setParagraph(),
      ),
    };
  },
});

export const RawInline = Node.create({
  name: 'rawInline',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => attributesOf('rawInline', { md: (element) => element.textContent }),
  parseHTML: () => [{ tag: 'code[data-raw]', priority: 60 }],
  renderHTML({ node }) {
    const { md } = coerceAttributes('rawInline', node.attrs);
    return ['code', { class: 'raw', 'data-raw': 'inline' }, String(md ?? '')];
  },
  addNodeView:
    () =>
    ({ node, view, getPos }) =>
      new SourceChip(node, view, getPos),
  renderText: ({ node }) => String(coerceAttributes('rawInline', node.attrs).md ?? ''),
  addKeyboardShortcuts() {
    const { editor, type } = this;
    return {
      // As a click on it does.
      Enter() {
        const { selection } = editor.state;
        if (!(selection instanceof NodeSelection) || selection.node.type !== type) return false;
        const chip = editor.view.nodeDOM(selection.from);
        if (chip instanceof HTMLElement) chip.click();
        return true;
      },
    };
  },
});
