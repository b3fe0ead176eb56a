// Tells the others where one's own caret is: presence `cursor` {anchor, head}, relative positions as JSON, or null
// before one has been in the text. By the letters behind it: so a caret goes along with what is typed there before it
// is told of anew. (Here one's own is held by the letter before it, see remote-changes.ts.)
//
// Model: leaving the text (a menu, another tab) leaves the caret where it was, so that the others can still go to
// where one was writing. It is taken back only when the page has been out of sight for long, and put back when
// the page is seen again; presence itself ends with the page.
//
// At most one message each 50 ms, the latest state wins, and none when nothing changed: carets are most of
// what a busy room sends.

import type { EditorView } from '@tiptap/pm/view';
import { absolutePositionToRelativePosition } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { bindingOf, readCursor } from './caret-positions.ts';

const intervalMs = 50;
/** A page out of sight for so long belongs to somebody who has gone to do something else. */
const awayAfterMs = 5 * 60_000;

export interface OwnCaret {
  /** The selection or the text may have changed. */
  changed(): void;
  /** Stops following; what was said last stays said. */
  close(): void;
}

export function openOwnCaret(view: EditorView, awareness: Awareness): OwnCaret {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let leaving: ReturnType<typeof setTimeout> | null = null;
  let isAway = false;
  // Relative to the characters beside it, so it stays right while others write and nobody is in this editor.
  let last: Cursor | null = null;
  const publish = () => {
    timer = null;
    if (view.hasFocus()) last = cursorOf(view);
    const cursor = isAway ? null : last;
    const said = readCursor(awareness.getLocalState()?.['cursor']);
    if (!sameCursor(cursor, said)) awareness.setLocalStateField('cursor', cursor && toJSON(cursor));
  };
  const changed = () => {
    timer ??= setTimeout(publish, intervalMs);
  };
  const stay = () => {
    if (leaving !== null) clearTimeout(leaving);
    leaving = null;
  };
  const leave = () => {
    isAway = true;
    changed();
  };
  const seen = () => {
    stay();
    if (document.visibilityState === 'hidden') {
      leaving = setTimeout(leave, awayAfterMs);
    } else if (isAway) {
      isAway = false;
      changed();
    }
  };
  view.dom.addEventListener('focusin', changed);
  document.addEventListener('visibilitychange', seen);
  changed();
  return {
    changed,
    close() {
      if (timer !== null) clearTimeout(timer);
      stay();
      view.dom.removeEventListener('focusin', changed);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}

type Cursor = NonNullable<ReturnType<typeof readCursor>>;

function cursorOf(view: EditorView): Cursor | null {
  const binding = bindingOf(view.state);
  if (!binding) return null;
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
