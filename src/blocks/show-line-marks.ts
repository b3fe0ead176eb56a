// Shows the marks of lines in the editor.
//
// Model: one set of decorations for the document. After a change, the document's blocks that are the same objects as
// before keep their decorations; only those that changed (changed-blocks.ts) are read again.
// Invariant: the set is what reading the whole document would give. It is read whole again when the day changes.
// A speaker tag at the caret is shown as it is written, so that the caret never stands in letters nobody sees.

import type { Node } from '@tiptap/pm/model';
import type { EditorState } from '@tiptap/pm/state';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Mapping, StepMap } from '@tiptap/pm/transform';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { parseSpeakerTags } from '../core/speaker.ts';
import { changedBlocks } from './changed-blocks.ts';
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

function redecorate(shown: DecorationSet, before: Node, doc: Node, today: string): DecorationSet {
  const ranges: number[] = [];
  const old: Decoration[] = [];
  const found: Decoration[] = [];
  let grown = 0;
  for (const { from, to, blocks } of changedBlocks(before.children, doc.children)) {
    const start = from + grown;
    let pos = start;
    for (const block of blocks) {
      found.push(...decorationsOf(block, pos, today));
      pos += block.nodeSize;
    }
    if (to > from) old.push(...shown.find(from, to));
    ranges.push(from, to - from, pos - start);
    grown = pos - to;
  }
  const kept = old.length > 0 ? shown.remove(old) : shown;
  const moved = kept.map(new Mapping([new StepMap(ranges)]), doc);
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
