// Draws a block with a Svelte component. ProseMirror owns `dom` and the editable `contentDOM`; the component
// only says where the content stands, so that a hot update of the component never takes the text with it.
import { flushSync, mount, unmount, type Component } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import type { Node } from '@tiptap/pm/model';
import type { EditorView, NodeView, ViewMutationRecord } from '@tiptap/pm/view';
import type { Face } from './face.ts';

export interface FaceProps {
  readonly node: Node;
  readonly face: Face;
  /** `<div {@attach content}>` is where the block's text goes. */
  readonly content: Attachment<HTMLElement>;
  /** Changes attributes of this block, as one step one can undo. */
  setAttributes(attributes: Record<string, unknown>): void;
  /** Puts the caret at the end of the block's text. */
  focusText(): void;
}

export class SvelteView implements NodeView {
  readonly dom: HTMLElement;
  readonly contentDOM: HTMLElement;
  readonly #isSame: (node: Node) => boolean;
  readonly #decorate: (dom: HTMLElement, node: Node) => void;
  readonly #component: Record<string, unknown>;
  #node = $state.raw() as Node;

  constructor(options: {
    component: Component<FaceProps>;
    face: Face;
    node: Node;
    view: EditorView;
    getPos: () => number | undefined;
    dom: HTMLElement;
    contentDOM: HTMLElement;
    /** Whether a new version of the node can be shown by this view. */
    isSame: (node: Node) => boolean;
    /** Writes what the node says onto `dom`. */
    decorate: (dom: HTMLElement, node: Node) => void;
  }) {
    const { component, face, node, view, getPos, dom, contentDOM, isSame, decorate } = options;
    this.dom = dom;
    this.contentDOM = contentDOM;
    this.#isSame = isSame;
    this.#decorate = decorate;
    this.#node = node;
    decorate(dom, node);

    const current = () => this.#node;
    const props: FaceProps = {
      get node() {
        return current();
      },
      face,
      content: (host) => {
        host.append(contentDOM);
      },
      setAttributes(attributes) {
        const pos = getPos();
        if (pos === undefined) return;
        view.dispatch(view.state.tr.setNodeMarkup(pos, undefined, { ...current().attrs, ...attributes }));
      },
      focusText() {
        view.focus();
        const range = document.createRange();
        range.selectNodeContents(contentDOM);
        range.collapse(false);
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(range);
      },
    };
    this.#component = mount(component, { target: dom, props });
    flushSync();
  }

  update(node: Node): boolean {
    if (!this.#isSame(node)) return false;
    this.#node = node;
    this.#decorate(this.dom, node);
    return true;
  }

  // Buttons and fields of the face are not the editor's business; text is.
  stopEvent = (event: Event) =>
    event.target instanceof globalThis.Node && !this.contentDOM.contains(event.target);
  ignoreMutation = (mutation: ViewMutationRecord) =>
    mutation.type !== 'selection' && !this.contentDOM.contains(mutation.target);
  destroy = () => void unmount(this.#component);
}
