// The others' carets and selections, and one's own told to them: a Tiptap extension beside Collaboration.
//
// Model: presence says where each session's caret is (caret-positions.ts); once per animation frame, after
// something changed, those on the screen are measured (caret-geometry.ts) and painted on a layer beside the
// text (caret-overlay.ts). All measuring comes before all painting, so a frame lays out once.
//
// Invariants: nothing is put into the text or its decorations; carets farther than one screen away cost no
// layout; the layer follows text changes, presence, scrolling, resizing and late fonts.
//
// Deliberately not done: announcing carets to screen readers (the presence list is for that), and showing
// where somebody was before they left.

import { Extension } from '@tiptap/core';
import type { Editor } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import type { Awareness } from 'y-protocols/awareness';
import { caretBox, selectionBoxes, visibleRange } from './caret-geometry.ts';
import { openCaretOverlay } from './caret-overlay.ts';
import type { PaintedCaret } from './caret-overlay.ts';
import { remoteCarets } from './caret-positions.ts';
import type { RemoteCaret } from './caret-positions.ts';
import { openOwnCaret } from './own-caret.ts';

export interface RemoteCaretsOptions {
  /** The note session's. Required. */
  awareness: Awareness;
}

interface RemoteCaretsStorage {
  /** Unfolds a session's name flag, as soon as its caret is on the screen. */
  showFlag: (session: number) => void;
}

declare module '@tiptap/core' {
  interface Storage {
    remoteCarets: RemoteCaretsStorage;
  }
}

/** Needs Collaboration, and a positioned parent element that scrolls with the text. */
export const RemoteCarets = Extension.create<RemoteCaretsOptions, RemoteCaretsStorage>({
  name: 'remoteCarets',

  addOptions() {
    return { awareness: null as unknown as Awareness };
  },

  addStorage() {
    if (!this.options.awareness) throw new RangeError('RemoteCarets needs the awareness of a note session.');
    return { showFlag: () => undefined };
  },

  addProseMirrorPlugins() {
    const { storage } = this;
    const { awareness } = this.options;
    return [new Plugin({ view: (view) => followCarets(view, awareness, storage) })];
  },

  onDestroy() {
    this.options.awareness.setLocalStateField('cursor', null);
  },
});

/** Brings a person's latest caret to the middle of the screen and unfolds their name. False when they have none in this text. */
export function scrollToPerson(editor: Editor, personId: string): boolean {
  const extension = editor.extensionManager.extensions.find(({ name }) => name === 'remoteCarets');
  if (!extension) return false;
  const { awareness } = extension.options as RemoteCaretsOptions;
  const lastMoved = ({ session }: RemoteCaret) => awareness.meta.get(session)?.lastUpdated ?? 0;
  const [caret] = remoteCarets(awareness, editor.state)
    .filter((candidate) => candidate.personId === personId)
    .sort((a, b) => lastMoved(b) - lastMoved(a));
  if (!caret) return false;
  const { node } = editor.view.domAtPos(caret.head);
  const element = node instanceof Element ? node : node.parentElement;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  element?.scrollIntoView({ block: 'center', behavior: calm ? 'auto' : 'smooth' });
  editor.storage.remoteCarets.showFlag(caret.session);
  return true;
}

interface AwarenessChange {
  added: number[];
  updated: number[];
  removed: number[];
}

function followCarets(view: EditorView, awareness: Awareness, storage: RemoteCaretsStorage) {
  const overlay = openCaretOverlay(view.dom.parentElement ?? document.body);
  const ownCaret = openOwnCaret(view, awareness);
  const moved = new Set<number>();
  let awaited: number | null = null; // scrolled to, and perhaps not on the screen yet
  let frame: number | null = null;

  const paint = () => {
    frame = null;
    overlay.paint(measure(view, remoteCarets(awareness, view.state)));
    for (const session of moved) overlay.showFlag(session);
    moved.clear();
    if (awaited !== null && overlay.showFlag(awaited)) awaited = null;
  };
  const repaint = () => {
    frame ??= requestAnimationFrame(paint);
  };
  const presence = ({ updated }: AwarenessChange) => {
    for (const session of updated) if (session !== awareness.clientID) moved.add(session);
    repaint();
  };

  const resizing = new ResizeObserver(repaint);
  resizing.observe(view.dom);
  awareness.on('change', presence);
  document.addEventListener('scroll', repaint, { capture: true, passive: true });
  document.fonts?.addEventListener('loadingdone', repaint);
  storage.showFlag = (session) => {
    awaited = session;
    repaint();
  };
  repaint();

  return {
    update(_view: EditorView, before: EditorView['state']) {
      const { doc, selection } = view.state;
      if (doc !== before.doc) repaint();
      if (doc !== before.doc || !selection.eq(before.selection)) ownCaret.changed();
    },
    destroy() {
      if (frame !== null) cancelAnimationFrame(frame);
      resizing.disconnect();
      awareness.off('change', presence);
      document.removeEventListener('scroll', repaint, { capture: true });
      document.fonts?.removeEventListener('loadingdone', repaint);
      ownCaret.close();
      overlay.close();
    },
  };
}

function measure(view: EditorView, carets: readonly RemoteCaret[]): PaintedCaret[] {
  const visible = carets.length > 0 && visibleRange(view, window.innerHeight);
  if (!visible) return [];
  const painted: PaintedCaret[] = [];
  for (const { session, name, colour, anchor, head } of carets) {
    const from = Math.max(Math.min(anchor, head), visible.from, 0);
    const to = Math.min(Math.max(anchor, head), visible.to, view.state.doc.content.size);
    const caret = from <= to && caretBox(view, head);
    if (!caret) continue;
    const selection = from < to ? selectionBoxes(view, from, to) : [];
    painted.push({ session, name, colour, caret, selection });
  }
  return painted;
}
