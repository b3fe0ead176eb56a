// Inline raw in the editor: a chip that shows the source. A click, or Enter while it is selected, puts a field in its
// place. Enter keeps what the field says, and so does going elsewhere; Escape keeps what was there; an empty field
// takes the chip away. While one writes in the field, another's change of the source waits for it.

import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import type { EditorView, NodeView } from '@tiptap/pm/view';
import { coerceAttributes } from '../attributes.ts';

const sourceOf = (node: Node) => String(coerceAttributes('rawInline', node.attrs).md ?? '');

export class SourceChip implements NodeView {
  readonly dom = document.createElement('code');
  readonly #view: EditorView;
  readonly #getPos: () => number | undefined;
  #node: Node;
  /** Null while the source is only shown. */
  #field: HTMLTextAreaElement | null = null;

  constructor(node: Node, view: EditorView, getPos: () => number | undefined) {
    this.#node = node;
    this.#view = view;
    this.#getPos = getPos;
    this.dom.className = 'raw';
    this.dom.dataset.raw = 'inline';
    this.dom.addEventListener('click', this.#open);
    this.#show();
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type) return false;
    this.#node = node;
    if (!this.#field) this.#show();
    return true;
  }

  stopEvent = (event: Event) => event.target === this.#field;
  ignoreMutation = () => true;
  destroy = () => this.dom.removeEventListener('click', this.#open);

  #show() {
    const source = sourceOf(this.#node);
    this.dom.textContent = source;
    this.dom.setAttribute('role', 'button');
    this.dom.setAttribute('aria-label', `Source: ${source}`);
  }

  #open = () => {
    if (this.#field || !this.#view.editable) return;
    const field = document.createElement('textarea');
    field.value = sourceOf(this.#node);
    field.rows = 1;
    field.spellcheck = false;
    field.autocapitalize = 'none';
    field.setAttribute('aria-label', 'Source');
    field.addEventListener('input', fit);
    field.addEventListener('keydown', this.#press);
    field.addEventListener('blur', () => {
      // Another window may come to the front meanwhile: the field waits.
      if (document.activeElement !== field) this.#close(true);
    });
    this.#field = field;
    this.dom.removeAttribute('role');
    this.dom.removeAttribute('aria-label');
    this.dom.replaceChildren(field);
    fit.call(field);
    field.focus();
    field.select();
  };

  #press = (event: KeyboardEvent) => {
    const isDone = event.key === 'Enter' && !event.shiftKey && !event.isComposing;
    if (!isDone && event.key !== 'Escape') return;
    event.preventDefault();
    this.#close(isDone);
    this.#view.focus();
  };

  #close(isKept: boolean) {
    const field = this.#field;
    if (!field) return;
    // First, as taking the field away blurs it.
    this.#field = null;
    this.#show();
    const pos = this.#getPos();
    if (pos === undefined) return;
    const { tr } = this.#view.state;
    if (isKept && field.value === '') tr.delete(pos, pos + 1);
    else if (isKept && field.value !== sourceOf(this.#node)) tr.setNodeAttribute(pos, 'md', field.value);
    const after = Math.min(pos + 1, tr.mapping.map(pos + 1));
    this.#view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after))));
  }
}

/** Makes a field as large as what it says, where CSS does not (field-sizing). */
function fit(this: HTMLTextAreaElement) {
  const lines = this.value.split('\n');
  this.rows = lines.length;
  this.cols = Math.max(4, ...lines.map((line) => line.length + 1));
}
