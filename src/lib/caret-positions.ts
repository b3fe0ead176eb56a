// Where the others' carets are in the document, from presence. No DOM.
//
// A caret travels as two Y.RelativePositions, which name characters rather than places, so it stays with its
// text. Turning one into a place walks the blocks before it; with hundreds of carets in a long note that walk
// is made once for all of them, and each caret is then resolved within its own top-level block.

import type { EditorState } from '@tiptap/pm/state';
import { relativePositionToAbsolutePosition, ySyncPluginKey } from 'y-prosemirror';
import type { ProsemirrorBinding } from 'y-prosemirror';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { fragmentName } from '../core/note.ts';
import { introducedAs } from './people-here.ts';
import type { PresenceState } from './people-here.ts';

/** One session's caret. `anchor` and `head` are document positions; equal when nothing is selected. */
export interface RemoteCaret {
  session: number;
  personId: string;
  name: string;
  colour: string;
  anchor: number;
  head: number;
}

/** Everybody else's carets that stand in this document. Sessions without a name, a caret or a living place are left out. */
export function remoteCarets(awareness: Awareness, state: EditorState): RemoteCaret[] {
  const binding = bindingOf(state);
  if (!binding) return [];
  const starts = blockStarts(binding);
  const carets: RemoteCaret[] = [];
  for (const [session, presence] of awareness.getStates() as Map<number, PresenceState>) {
    if (session === awareness.clientID) continue;
    const person = introducedAs(presence);
    const cursor = readCursor(presence.cursor);
    if (!person || !cursor) continue;
    const place = (position: Y.RelativePosition) =>
      placeOf(position, binding, starts, state.doc.content.size);
    const head = place(cursor.head);
    const anchor = Y.compareRelativePositions(cursor.anchor, cursor.head) ? head : place(cursor.anchor);
    if (head !== null && anchor !== null) carets.push({ session, ...person, anchor, head });
  }
  return carets;
}

export function bindingOf(state: EditorState): ProsemirrorBinding | null {
  return (ySyncPluginKey.getState(state) as { binding: ProsemirrorBinding } | undefined)?.binding ?? null;
}

/** Null for whatever is not two relative positions: it came over the wire. */
export function readCursor(cursor: unknown): { anchor: Y.RelativePosition; head: Y.RelativePosition } | null {
  const { anchor, head } = (cursor ?? {}) as { anchor?: unknown; head?: unknown };
  const [from, to] = [readPosition(anchor), readPosition(head)];
  return from && to && { anchor: from, head: to };
}

function readPosition(value: unknown): Y.RelativePosition | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, tname, item } = value as Record<string, unknown>;
  // A place in another root is none in the text, and Yjs would make that root to look into it.
  if (!isId(type) || !isId(item) || (tname != null && tname !== fragmentName)) return null;
  if (type == null && tname == null && item == null) return null;
  return Y.createRelativePositionFromJSON(value);
}

function isId(value: unknown): boolean {
  if (value == null) return true;
  const { client, clock } = value as Record<string, unknown>;
  return isCount(client) && isCount(clock);
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

type BlockStarts = ReadonlyMap<unknown, number>;

function blockStarts({ type, mapping }: ProsemirrorBinding): BlockStarts {
  const starts = new Map<unknown, number>();
  let position = 0;
  for (const block of type.toArray()) {
    starts.set(block, position);
    const node = mapping.get(block as Y.XmlElement);
    position += node && !Array.isArray(node) ? node.nodeSize : 0;
  }
  return starts;
}

function placeOf(
  position: Y.RelativePosition,
  { doc, type: fragment, mapping }: ProsemirrorBinding,
  starts: BlockStarts,
  size: number,
): number | null {
  // A character this document has not seen yet: the caret has run ahead of the text.
  if (position.item && Y.getState(doc.store, position.item.client) <= position.item.clock) return null;
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc);
  if (!found) return null;
  const block = topBlockOf(found.type, fragment);
  const start = block && starts.get(block);
  const within = block && typeof start === 'number' ? start + 1 : 0;
  const offset = relativePositionToAbsolutePosition(
    doc,
    (block ?? fragment) as Y.XmlFragment,
    position,
    mapping,
  );
  return offset === null || (block && start === undefined) ? null : Math.min(within + offset, size);
}

/** Null when `type` is the fragment itself, or stands elsewhere. */
function topBlockOf(type: Y.AbstractType<unknown>, fragment: Y.XmlFragment): Y.AbstractType<unknown> | null {
  let block: Y.AbstractType<unknown> | null = type === (fragment as unknown) ? null : type;
  while (block?._item && block.parent !== fragment) block = block.parent as Y.AbstractType<unknown> | null;
  return block?._item ? block : null;
}
