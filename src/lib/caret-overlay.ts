// The layer beside the editor on which the others' carets are painted.
//
// Model: one element per session, kept while the session has a caret, moved by transform. Nothing is ever put
// into the text: widgets inside a line break typing on Android keyboards and screen readers trip over them.
// The layer takes no pointer events and is hidden from assistive technology (the presence list says who is
// here). Looks are classes only; a person's colour is the custom property --person.

import type { Box } from './caret-geometry.ts';
import { shownName } from './people-here.ts';

export interface PaintedCaret {
  session: number;
  name: string;
  colour: string;
  caret: Box;
  selection: Box[];
}

export interface CaretOverlay {
  /** Shows exactly these. Boxes are in client coordinates. */
  paint(carets: readonly PaintedCaret[]): void;
  /** Unfolds a session's name flag for two seconds. False when its caret is not painted. */
  showFlag(session: number): boolean;
  close(): void;
}

const flagShownMs = 2000;

interface Elements {
  root: HTMLElement;
  caret: HTMLElement;
  flag: HTMLElement;
  boxes: HTMLElement[];
  folding: ReturnType<typeof setTimeout> | null;
}

/** Adds the layer to `parent`, which must be a positioned element that scrolls with the text. */
export function openCaretOverlay(parent: HTMLElement): CaretOverlay {
  const layer = parent.appendChild(element('div', 'remote-carets'));
  layer.setAttribute('aria-hidden', 'true');
  const shown = new Map<number, Elements>();

  const hide = (session: number) => {
    const elements = shown.get(session);
    if (elements?.folding) clearTimeout(elements.folding);
    elements?.root.remove();
    shown.delete(session);
  };

  return {
    paint(carets) {
      const origin = layer.getBoundingClientRect();
      const present = new Set(carets.map(({ session }) => session));
      for (const session of shown.keys()) if (!present.has(session)) hide(session);
      for (const caret of carets) {
        let elements = shown.get(caret.session);
        if (!elements) {
          elements = createElements();
          shown.set(caret.session, elements);
          layer.append(elements.root);
        }
        place(elements, caret, origin);
      }
    },
    showFlag(session) {
      const elements = shown.get(session);
      if (!elements) return false;
      if (elements.folding) clearTimeout(elements.folding);
      elements.caret.classList.add('is-moving');
      elements.folding = setTimeout(() => elements.caret.classList.remove('is-moving'), flagShownMs);
      return true;
    },
    close() {
      for (const session of [...shown.keys()]) hide(session);
      layer.remove();
    },
  };
}

function createElements(): Elements {
  const root = element('div', 'remote-person');
  const caret = root.appendChild(element('div', 'remote-caret'));
  const flag = caret.appendChild(element('span', 'remote-caret-flag'));
  flag.dir = 'auto';
  return { root, caret, flag, boxes: [], folding: null };
}

function place({ root, caret, flag, boxes }: Elements, painted: PaintedCaret, origin: Box): void {
  root.style.setProperty('--person', painted.colour);
  const name = shownName(painted.name);
  if (flag.textContent !== name) flag.textContent = name;
  placeAt(caret, painted.caret, origin);
  caret.classList.toggle('is-at-top', painted.caret.top - origin.top < painted.caret.height);
  while (boxes.length > painted.selection.length) boxes.pop()!.remove();
  while (boxes.length < painted.selection.length)
    boxes.push(root.appendChild(element('div', 'remote-selection')));
  painted.selection.forEach((box, index) => {
    placeAt(boxes[index]!, box, origin);
    boxes[index]!.style.width = `${box.width}px`;
  });
}

function placeAt({ style }: HTMLElement, box: Box, origin: Box): void {
  style.transform = `translate(${box.left - origin.left}px, ${box.top - origin.top}px)`;
  style.height = `${box.height}px`;
}

function element(tag: 'div' | 'span', className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
