// Shows the marks of lines in the editor.
//
// Model: one set of decorations for the document. After a change, the document's blocks that are the same objects as
// before (ProseMirror shares what did not change, and so does the Yjs binding, whose transactions replace the whole
// document) keep their decorations; only those between the first and the last changed block are read again.
// Invariant: the set is what reading the whole document would give. It is read whole again when the day changes.
// A speaker tag at the caret is shown as it is written, so that the caret never stands in letters nobody sees.

import type { Node } from '@tiptap/pm/model';
import type { EditorState } from '@tiptap/pm/state';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Mapping, StepMap } from '@tiptap/pm/transform';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { parseSpeakerTags } from '../core/speaker.ts';
import { flatText, lineMarks } from './line-marks.ts';

/** What is shown in a block that stands at `pos`. */
function decorationsOf(block: Node, pos: number, today: string): Decoration[] {
  const found: Decoration[] = [];
  const read = (node: Node, at: number, item: Node | null) => {
    if (!node.isTextblock) {
      const own = node.type.name === 'listItem' ? node : null;
      node.forEach((child, offset, i) => read(child, at + 1 + offset, i === 0 ? own : null));
    } else
      for (const { from, to, attributes } of lineMarks(node, item, today))
        found.push(Decoration.inline(at + 1 + from, at + 1 + to, attributes));
  };
  read(block, pos, null);
  return found;
}

/** The speaker tag that the caret stands in or beside, as one more decoration over it. */
function tagAtCaret({ selection }: EditorState): Decoration[] {
  const { $head } = selection;
  if (!$head.parent.isTextblock || $head.parent.type.spec.code) return [];
  const tag = parseSpeakerTags(flatText($head.parent)).find(
    ({ from, to }) => from <= $head.parentOffset && $head.parentOffset <= to,
  );
  return tag
    ? [Decoration.inline($head.start() + tag.from, $head.start() + tag.to, { class: 'at-caret' })]
    : [];
}

function decorate(doc: Node, today: string): DecorationSet {
  const found: Decoration[] = [];
  doc.forEach((block, pos) => found.push(...decorationsOf(block, pos, today)));
  return DecorationSet.create(doc, found);
}

/** How many blocks the documents share at the start and, of the rest, at the end; and how many characters those are. */
function sharedEnds(before: Node, doc: Node) {
  const most = Math.min(before.childCount, doc.childCount);
  let first = 0;
  let from = 0;
  while (first < most && before.child(first) === doc.child(first)) from += doc.child(first++).nodeSize;
  let last = 0;
  let tail = 0;
  while (last < most - first) {
    const block = doc.child(doc.childCount - 1 - last);
    if (block !== before.child(before.childCount - 1 - last)) break;
    tail += block.nodeSize;
    last++;
  }
  return { first, from, last, tail };
}

function redecorate(shown: DecorationSet, before: Node, doc: Node, today: string): DecorationSet {
  const { first, from, last, tail } = sharedEnds(before, doc);
  const oldSize = before.content.size - from - tail;
  const newSize = doc.content.size - from - tail;
  const old = oldSize > 0 ? shown.find(from, from + oldSize) : [];
  const found: Decoration[] = [];
  for (let i = first, pos = from; i < doc.childCount - last; i++) {
    const block = doc.child(i);
    found.push(...decorationsOf(block, pos, today));
    pos += block.nodeSize;
  }
  const kept = old.length > 0 ? shown.remove(old) : shown;
  const moved = kept.map(new Mapping([new StepMap([from, oldSize, newSize])]), doc);
  return found.length > 0 ? moved.add(doc, found) : moved;
}

interface Shown {
  today: string;
  decorations: DecorationSet;
}

/** Shows the marks. `today` is asked at every change. */
export function showLineMarks(today: () => string): Plugin<Shown> {
  const key = new PluginKey<Shown>('lineMarks');
  const readAll = (doc: Node, day: string): Shown => ({ today: day, decorations: decorate(doc, day) });
  return new Plugin<Shown>({
    key,
    state: {
      init: (_, { doc }) => readAll(doc, today()),
      apply(tr, shown, { doc: before }) {
        if (!tr.docChanged) return shown;
        const day = today();
        if (day !== shown.today) return readAll(tr.doc, day);
        return { today: day, decorations: redecorate(shown.decorations, before, tr.doc, day) };
      },
    },
    props: {
      decorations(state) {
        const shown = key.getState(state)?.decorations;
        const tag = tagAtCaret(state);
        return tag.length > 0 ? shown?.add(state.doc, tag) : shown;
      },
    },
  });
}
