// How the words of an action item (assignees, due date) are shown.
//
// Model: one set of decorations for the document. After a change, the document's blocks that are the same objects as
// before (ProseMirror shares what did not change, and so does the Yjs binding, whose transactions replace the whole
// document) keep their decorations; only those between the first and the last changed block are read again.
// Invariant: the set is what reading the whole document would give. It is read whole again when the day changes.

import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Mapping, StepMap } from '@tiptap/pm/transform';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { parseActionText } from '../../core/action-item.ts';
import { isActionItem } from './list-item.ts';

/** The text of a paragraph with one character for each inline node, so that offsets are positions. */
export const flatText = (paragraph: Node) =>
  paragraph.textBetween(0, paragraph.content.size, '\n', (leaf) =>
    leaf.type.name === 'hardBreak' || leaf.type.name === 'softBreak' ? '\n' : '\ufffc',
  );

/** A word of an action item that carries a meaning: where it stands in the item's own line, and how it is shown. */
export interface ActionMark {
  from: number;
  to: number;
  attributes: Record<string, string>;
}

/**
 * The assignees and the due date of a list item, in the order of the text; none when it is no action item. `today`
 * '' never is overdue.
 */
export function actionMarks(item: Node, today: string): ActionMark[] {
  if (!isActionItem(item) || !item.firstChild?.isTextblock) return [];
  const { assignees, due } = parseActionText(flatText(item.firstChild));
  const found: ActionMark[] = assignees.map(({ from, to, handle }) => ({
    from,
    to,
    attributes: { class: 'assignee', 'data-handle': handle },
  }));
  if (!due) return found;
  const isOverdue = today !== '' && due.date < today && item.attrs.checked !== true;
  const { from, to } = due;
  found.push({ from, to, attributes: { class: isOverdue ? 'due overdue' : 'due' } });
  return found.sort((one, other) => one.from - other.from);
}

/** What is shown in a block that stands at `pos`. */
function decorationsOf(block: Node, pos: number, today: string): Decoration[] {
  const found: Decoration[] = [];
  const read = (node: Node, at: number) => {
    if (node.isTextblock) return false;
    for (const { from, to, attributes } of actionMarks(node, today))
      found.push(Decoration.inline(at + 2 + from, at + 2 + to, attributes));
    return true;
  };
  if (read(block, pos)) block.descendants((node, offset) => read(node, pos + 1 + offset));
  return found;
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

/** Shows the words of action items. `today` is asked at every change. */
export function showActionMarks(today: () => string): Plugin<Shown> {
  const key = new PluginKey<Shown>('actionMarks');
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
    props: { decorations: (state) => key.getState(state)?.decorations },
  });
}
