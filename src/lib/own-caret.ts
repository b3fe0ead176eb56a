// Tells the others where one's own caret is: presence `cursor` {anchor, head}, relative positions as JSON, or
// null while the editor has no focus or its page is hidden.
//
// At most one message each 50 ms, the latest state wins, and none when nothing changed: carets are most of
// what a busy room sends.

import type { EditorView } from '@tiptap/pm/view';
import { absolutePositionToRelativePosition } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { bindingOf, readCursor } from './caret-positions.ts';

const intervalMs = 50;

export interface OwnCaret {
  /** The selection, the text or the focus may have changed. */
  changed(): void;
  /** Stops following; what was said last stays said. */
  close(): void;
}

export function openOwnCaret(view: EditorView, awareness: Awareness): OwnCaret {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const publish = () => {
    timer = null;
    const cursor = cursorOf(view);
    const said = readCursor(awareness.getLocalState()?.['cursor']);
    if (!sameCursor(cursor, said)) awareness.setLocalStateField('cursor', cursor && toJSON(cursor));
  };
  const changed = () => {
    timer ??= setTimeout(publish, intervalMs);
  };
  view.dom.addEventListener('focusin', changed);
  view.dom.addEventListener('focusout', changed);
  document.addEventListener('visibilitychange', changed);
  changed();
  return {
    changed,
    close() {
      if (timer !== null) clearTimeout(timer);
      view.dom.removeEventListener('focusin', changed);
      view.dom.removeEventListener('focusout', changed);
      document.removeEventListener('visibilitychange', changed);
    },
  };
}

type Cursor = NonNullable<ReturnType<typeof readCursor>>;

function cursorOf(view: EditorView): Cursor | null {
  const binding = bindingOf(view.state);
  if (!binding || !view.hasFocus() || document.visibilityState !== 'visible') return null;
  const { anchor, head } = view.state.selection;
  const relative = (position: number) =>
    absolutePositionToRelativePosition(position, binding.type, binding.mapping) as Y.RelativePosition;
  return { anchor: relative(anchor), head: relative(head) };
}

function sameCursor(a: Cursor | null, b: Cursor | null): boolean {
  if (a === null || b === null) return a === b;
  return Y.compareRelativePositions(a.anchor, b.anchor) && Y.compareRelativePositions(a.head, b.head);
}

const toJSON = ({ anchor, head }: Cursor) => ({
  anchor: Y.relativePositionToJSON(anchor) as unknown,
  head: Y.relativePositionToJSON(head) as unknown,
});
