// How the words of an action item (assignees, due date) are shown.
//
// Model: one set of decorations for the document. After a change, the document's blocks that are the same objects as
// before keep their decorations; only those that changed (changed-blocks.ts) are read again.
// Invariant: the set is what reading the whole document would give. It is read whole again when the day changes.

import type { Node } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import { Mapping, StepMap } from '@tiptap/pm/transform';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { parseActionText } from '../../core/action-item.ts';
import { changedBlocks } from '../changed-blocks.ts';
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
