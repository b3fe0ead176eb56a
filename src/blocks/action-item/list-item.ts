// One kind of list item for bullets, numbers, tasks and action items, so that they mix in one list as in markdown.
// `checked` is null for an item written without a box; `action` marks an item as something somebody does. Both can be:
// `TODO: …` of an older note shows a box, and is written with one as soon as somebody ticks it.
// A task's shape is <li><label><input></label><div>…</div></li> both here and in what the server renders, so that
// the page does not move when the editor takes over.

import { commands, InputRule, Node } from '@tiptap/core';
import type { Editor, NodeViewRendererProps } from '@tiptap/core';
import type { Node as ProseMirrorNode } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import { coerceAttributes } from '../attributes.ts';
import { shareStyle } from '../splitting.ts';
import { attributesOf } from '../tiptap-attributes.ts';

const maxLabelLength = 120;

/** What screen readers say of the box: `Done: ` and the item's own line, so that one box differs from the next. */
export function taskLabel(item: ProseMirrorNode): string {
  const line = item.firstChild?.isTextblock ? item.firstChild : null;
  const text = line?.textBetween(0, line.content.size, ' ', ' ').replace(/\s+/g, ' ').trim() ?? '';
  return text === '' ? 'Done' : `Done: ${text.slice(0, maxLabelLength)}`;
}

/** Whether a list item has a box to tick. */
export function isTask(item: ProseMirrorNode): boolean {
  const { checked, action } = coerceAttributes('listItem', item.attrs);
  return checked !== null || action === true;
}

/** Whether a node is an action item. Safe on attributes from the wire. */
export function isActionItem(node: {
  type: string | { name: string };
  attrs?: Record<string, unknown>;
}): boolean {
  if ((typeof node.type === 'string' ? node.type : node.type.name) !== 'listItem') return false;
  return coerceAttributes('listItem', node.attrs).action === true;
}

/** The attributes of an ordinary list item. */
export const noTask = { checked: null, action: null };

/** The attributes of a task's <li>; `checked` is null when no box was written. */
export const taskAttributes = (checked: boolean | null, action: boolean): Record<string, string> => ({
  'data-checked': String(checked ?? ''),
  ...(action ? { 'data-action': '' } : {}),
});

function readChecked(element: HTMLElement): boolean | null {
  const written = element.getAttribute('data-checked');
  if (written !== null) return written === '' ? null : written === 'true';
  const box = element.querySelector<HTMLInputElement>(
    ':scope > input, :scope > label > input, :scope > p > input',
  );
  return box?.type === 'checkbox' ? box.hasAttribute('checked') : null;
}

/** The box follows the attribute; a click changes the attribute only while the editor is editable. */
class TaskView implements NodeView {
  readonly dom = document.createElement('li');
  readonly contentDOM = document.createElement('div');
  readonly #box = document.createElement('input');
  readonly #editor: Editor;
  readonly #getPos: () => number | undefined;
  #node: ProseMirrorNode;

  constructor({ node, editor, getPos }: NodeViewRendererProps) {
    this.#node = node;
    this.#editor = editor;
    this.#getPos = getPos;
    const label = document.createElement('label');
    label.contentEditable = 'false';
    this.#box.type = 'checkbox';
    this.#box.addEventListener('change', this.#change);
    label.append(this.#box);
    this.dom.append(label, this.contentDOM);
    this.#show();
  }

  update(node: ProseMirrorNode): boolean {
    if (node.type !== this.#node.type || !isTask(node)) return false;
    this.#node = node;
    this.#show();
    return true;
  }

  stopEvent = (event: Event) => event.target === this.#box;
  ignoreMutation = (mutation: ViewMutationRecord) => !this.contentDOM.contains(mutation.target);
  destroy = () => this.#box.removeEventListener('change', this.#change);

  #show() {
    const { checked } = coerceAttributes('listItem', this.#node.attrs);
    this.#box.checked = checked === true;
    this.#box.setAttribute('aria-label', taskLabel(this.#node));
    for (const name of ['data-checked', 'data-action']) this.dom.removeAttribute(name);
    for (const [name, value] of Object.entries(
      taskAttributes(checked as boolean | null, isActionItem(this.#node)),
    ))
      this.dom.setAttribute(name, value);
  }

  #change = () => {
    const pos = this.#getPos();
    if (!this.#editor.isEditable || pos === undefined) return this.#show();
    this.#editor.view.dispatch(this.#editor.state.tr.setNodeAttribute(pos, 'checked', this.#box.checked));
  };
}

class PlainView implements NodeView {
  readonly dom = document.createElement('li');
  readonly contentDOM = this.dom;
  update = (node: ProseMirrorNode) => node.type.name === 'listItem' && !isTask(node);
}

/** Splits the list item at the caret; what comes after a task is an open one. False when there is none to split. */
export function splitItem(editor: Editor): boolean {
  const { $from } = editor.state.selection;
  // Enter in code is a newline.
  if ($from.parent.type.spec.code) return false;
  const item = $from.depth > 1 ? $from.node(-1) : null;
  const isOpenTask = item?.type.name === 'listItem' && isTask(item);
  const { parent, parentOffset } = $from;
  return editor.commands.command((props) => {
    if (!commands.splitListItem('listItem', isOpenTask ? { checked: false } : {})(props)) return false;
    if (props.dispatch) shareStyle(editor, props.tr, parent, parentOffset);
    return true;
  });
}

export const ListItem = Node.create({
  name: 'listItem',
  content: 'block+',
  defining: true,
  addAttributes: () =>
    attributesOf('listItem', {
      checked: readChecked,
      action: (element) => element.hasAttribute('data-action'),
    }),
  parseHTML: () => [
    {
      tag: 'li',
      contentElement: (element) => {
        if (!(element instanceof Element)) return element as unknown as HTMLElement;
        const body = element.hasAttribute('data-checked')
          ? element.querySelector<HTMLElement>(':scope > div')
          : null;
        return body ?? (element as HTMLElement);
      },
    },
  ],
  renderHTML({ node }) {
    const { checked, action } = coerceAttributes('listItem', node.attrs);
    if (!isTask(node)) return ['li', 0];
    const box = { type: 'checkbox', 'aria-label': taskLabel(node), ...(checked ? { checked: '' } : {}) };
    return [
      'li',
      taskAttributes(checked as boolean | null, action === true),
      ['label', { contenteditable: 'false' }, ['input', box]],
      ['div', 0],
    ];
  },
  addNodeView: () => (props) => (isTask(props.node) ? new TaskView(props) : new PlainView()),
  addInputRules() {
    return [
      // "[ ] " at the start of a line makes it a task, in a list or not.
      new InputRule({
        find: /^\[([ xX]?)\]\s$/,
        handler: ({ range, match, chain, state }) => {
          const $from = state.doc.resolve(range.from);
          const checked = /x/i.test(match[1] ?? '');
          const inItem = $from.depth > 1 && $from.node(-1).type === this.type;
          if ($from.parent.type.name !== 'paragraph' || (inItem && $from.index(-1) !== 0)) return null;
          const line = chain().deleteRange(range);
          (inItem ? line : line.wrapInList('bulletList')).updateAttributes('listItem', { checked }).run();
        },
      }),
    ];
  },
  addKeyboardShortcuts() {
    const { editor, name } = this;
    return {
      Enter: () => splitItem(editor),
      // Where it cannot go deeper, Tab does nothing: it must not throw whoever nests lists out of the editor.
      Tab: () => editor.commands.sinkListItem(name) || editor.isActive(name),
      'Shift-Tab': () => editor.commands.liftListItem(name),
    };
  },
});
