// One kind of list item for bullets, numbers, tasks and action items, so that they mix in one list as in markdown.
// `checked` is null for an ordinary item; `action` marks a check item as something somebody does.
// A task's shape is <li><label><input></label><div>…</div></li> both here and in what the server renders, so that
// the page does not move when the editor takes over.

import { InputRule, Node } from '@tiptap/core';
import type { Editor, NodeViewRendererProps } from '@tiptap/core';
import type { Node as ProseMirrorNode } from '@tiptap/pm/model';
import type { NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import { coerceAttributes } from '../attributes.ts';
import { attributesOf } from '../tiptap-attributes.ts';

/** What screen readers say of the box. */
export const taskLabel = 'Done';

const isTask = (node: ProseMirrorNode) => coerceAttributes('listItem', node.attrs).checked !== null;
const isAction = (node: ProseMirrorNode) => coerceAttributes('listItem', node.attrs).action === true;

/** The attributes of a task's <li>. */
export const taskAttributes = (checked: boolean, action: boolean): Record<string, string> => ({
  'data-checked': String(checked),
  ...(action ? { 'data-action': '' } : {}),
});

function readChecked(element: HTMLElement): boolean | null {
  const written = element.getAttribute('data-checked');
  if (written !== null) return written === 'true';
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
    this.#box.setAttribute('aria-label', taskLabel);
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
    const checked = this.#node.attrs.checked === true;
    this.#box.checked = checked;
    for (const name of ['data-checked', 'data-action']) this.dom.removeAttribute(name);
    for (const [name, value] of Object.entries(taskAttributes(checked, isAction(this.#node))))
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
    if (checked === null) return ['li', 0];
    const box = { type: 'checkbox', 'aria-label': taskLabel, ...(checked ? { checked: '' } : {}) };
    return [
      'li',
      taskAttributes(checked === true, action === true),
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
          if (inItem && $from.index(-1) !== 0) return null;
          const line = chain().deleteRange(range);
          (inItem ? line : line.wrapInList('bulletList')).updateAttributes('listItem', { checked }).run();
        },
      }),
    ];
  },
  addKeyboardShortcuts() {
    const { editor, name } = this;
    return {
      Enter: () => {
        const { $from } = editor.state.selection;
        const item = $from.depth > 1 ? $from.node(-1) : null;
        const isOpenTask = item?.type === this.type && isTask(item);
        return editor.commands.splitListItem(name, isOpenTask ? { checked: false } : {});
      },
      Tab: () => editor.commands.sinkListItem(name),
      'Shift-Tab': () => editor.commands.liftListItem(name),
    };
  },
});
