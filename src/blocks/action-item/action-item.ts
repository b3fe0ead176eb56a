// An action item is a check item (list item with `checked`) whose `action` is true: an attribute, so that turning a
// line into one and back never touches the text somebody else may be typing. Assignees and due date are words of
// the text (core/action-item.ts); this file finds them in the item's own first paragraph and changes them.
// A line is an action or a decision, not both: what it becomes last takes the other off.

import { Extension } from '@tiptap/core';
import type { CommandProps } from '@tiptap/core';
import type { Node, NodeRange, ResolvedPos } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import { liftTarget } from '@tiptap/pm/transform';
import { changeDue, isDueDate, parseActionText, withAssignee } from '../../core/action-item.ts';
import { toHandle } from '../../core/person.ts';
import { coerceAttributes } from '../attributes.ts';
import { noDecision } from '../decision/decision.ts';
import { flatText } from '../line-marks.ts';
import { showLineMarks } from '../show-line-marks.ts';

import { isActionItem, isTask, noTask } from './list-item.ts';

export interface ActionItemOptions {
  /** Today as YYYY-MM-DD: an open item due before it is shown as overdue. '' never is. */
  today: () => string;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    actionItem: {
      /**
       * Makes the lines in the selection action items, or (when the first is one) list items again; an item alone in
       * a bullet list becomes the plain line it was. False where a line cannot be one, as in a table.
       */
      toggleAction: () => ReturnType;
      /** The same with check items. */
      toggleTask: () => ReturnType;
      /** Ticks or unticks the check items in the selection. */
      toggleChecked: () => ReturnType;
      /**
       * Writes, changes or (null) removes `(by YYYY-MM-DD)` in the item at the caret, which then stands before it, to
       * go on with the sentence. False for a date nothing can be due on.
       */
      setDue: (date: string | null) => ReturnType;
      /** Writes `@handle` at the start of the item at the caret, unless it names that person already. */
      addAssignee: (handle: string) => ReturnType;
    };
  }
}

interface Line {
  pos: number;
  node: Node;
}

/** List items whose own line (not a nested list's) meets the selection, and plain lines outside of lists. */
function linesIn({ tr }: CommandProps): { items: Line[]; plain: Line[] } {
  const items: Line[] = [];
  const plain: Line[] = [];
  tr.doc.nodesBetween(tr.selection.from, tr.selection.to, (node, pos, parent) => {
    if (!node.isTextblock) return;
    if (parent?.type.name === 'listItem') {
      const itemPos = tr.doc.resolve(pos).before();
      if (items.at(-1)?.pos !== itemPos) items.push({ pos: itemPos, node: parent });
    } else if (node.type.name === 'paragraph' || node.type.name === 'heading') plain.push({ pos, node });
  });
  return { items, plain };
}

/** Wraps one line in a list item of its own, joining a bullet list that stands directly before it. */
function wrapLine(tr: Transaction, line: Line, attributes: Record<string, unknown>): boolean {
  const { bulletList, listItem, paragraph } = tr.doc.type.schema.nodes;
  if (!bulletList || !listItem || !paragraph) return false;
  const pos = tr.mapping.map(line.pos);
  if (line.node.type !== paragraph) tr.setNodeMarkup(pos, paragraph, null);
  const $line = tr.doc.resolve(pos + 1);
  const range: NodeRange | null = $line.blockRange($line);
  if (!range || !range.parent.canReplaceWith(range.startIndex, range.endIndex, bulletList)) return false;
  const before = range.startIndex > 0 ? range.parent.child(range.startIndex - 1) : null;
  tr.wrap(range, [{ type: bulletList }, { type: listItem, attrs: attributes }]);
  if (before?.type === bulletList) tr.join(range.start);
  return true;
}

/** Makes an item alone in a bullet list outside of other lists a plain line; any other stays a list item. */
function unwrapLine(tr: Transaction, itemPos: number): void {
  const $item = tr.doc.resolve(itemPos);
  const isAlone = $item.parent.childCount === 1 && $item.nodeAfter?.childCount === 1;
  const isInner = $item.depth > 1 && $item.node(-1).type.name === 'listItem';
  if (!isAlone || isInner || $item.parent.type.name !== 'bulletList') return;
  const range = tr.doc.resolve(itemPos + 2).blockRange();
  const target = range && liftTarget(range);
  if (range && typeof target === 'number') tr.lift(range, target);
}

/** What the toggle of a kind of check item writes, and which items are of that kind. */
interface Kind {
  on: { checked: boolean; action: true | null };
  isOn: (item: Node) => boolean;
  /** Whether the lines may go on being decisions. */
  keepsDecision: boolean;
}

const actionKind: Kind = { on: { checked: false, action: true }, isOn: isActionItem, keepsDecision: false };
const taskKind: Kind = { on: { checked: false, action: null }, isOn: isTask, keepsDecision: true };

function turnOn({ tr }: CommandProps, items: Line[], plain: Line[], { on, keepsDecision }: Kind): boolean {
  for (const { pos, node } of items) {
    const checked = coerceAttributes('listItem', node.attrs).checked ?? on.checked;
    const action = on.action ?? node.attrs.action;
    tr.setNodeMarkup(pos, undefined, { ...node.attrs, action, checked });
  }
  if (!keepsDecision)
    for (const { pos, node } of [
      ...items.map(({ pos, node }) => ({ pos: pos + 1, node: node.child(0) })),
      ...plain,
    ])
      if (node.attrs.decision) tr.setNodeMarkup(pos, undefined, { ...node.attrs, ...noDecision });
  return plain.map((line) => wrapLine(tr, line, on)).every(Boolean);
}

function turnOff({ tr }: CommandProps, items: Line[]): void {
  for (const { pos, node } of items) tr.setNodeMarkup(pos, undefined, { ...node.attrs, ...noTask });
  for (const { pos } of items.toReversed()) unwrapLine(tr, pos);
}

function toggle(props: CommandProps, kind: Kind): boolean {
  const { items, plain } = linesIn(props);
  const first = items[0] ?? plain[0];
  if (!first) return false;
  if (!props.dispatch) return true;
  if (plain.length > 0 || !kind.isOn(first.node)) return turnOn(props, items, plain, kind);
  turnOff(props, items);
  return true;
}

/** The innermost list item around a position, with its first paragraph; null when it has none. */
function itemAround($pos: ResolvedPos): { item: Node; line: Node; lineStart: number } | null {
  for (let depth = $pos.depth; depth > 0; depth--) {
    const item = $pos.node(depth);
    if (item.type.name !== 'listItem') continue;
    const line = item.firstChild;
    return line?.isTextblock ? { item, line, lineStart: $pos.start(depth) + 1 } : null;
  }
  return null;
}

/** Changes only the characters of the date: what others type in the line meanwhile stays. */
function setDue({ tr, dispatch }: CommandProps, date: string | null): boolean {
  const found = itemAround(tr.selection.$from);
  if (!found || (date !== null && !isDueDate(date))) return false;
  if (!dispatch) return true;
  const { line, lineStart } = found;
  const change = changeDue(flatText(line), date);
  if (!change) return true;
  tr.insertText(change.insert, lineStart + change.from, lineStart + change.to);
  if (date !== null) leaveDue(tr, lineStart);
  return true;
}

/** Puts a caret that stands in or right after the due date, or between it and the sentence, after the sentence. */
function leaveDue(tr: Transaction, lineStart: number): void {
  const text = flatText(tr.doc.resolve(lineStart).parent);
  const { due } = parseActionText(text);
  if (!due) return;
  const caret = tr.selection.head - lineStart;
  const sentenceEnd = text.slice(0, due.from).trimEnd().length;
  if (caret < sentenceEnd || caret > due.to) return;
  tr.setSelection(TextSelection.create(tr.doc, lineStart + sentenceEnd));
}

function addAssignee({ tr, dispatch }: CommandProps, who: string): boolean {
  const found = itemAround(tr.selection.$from);
  const handle = toHandle(who);
  if (!found || !handle) return false;
  const text = flatText(found.line);
  const changed = withAssignee(text, handle);
  if (dispatch && changed !== text)
    tr.insertText(changed.slice(0, changed.length - text.length), found.lineStart);
  return true;
}

export const ActionItem = Extension.create<ActionItemOptions>({
  name: 'actionItem',
  addOptions: () => ({ today: () => '' }),
  addCommands: () => ({
    toggleAction: () => (props) => toggle(props, actionKind),
    toggleTask: () => (props) => toggle(props, taskKind),
    toggleChecked: () => (props) => {
      const tasks = linesIn(props).items.filter(({ node }) => isTask(node));
      const checked = tasks[0]?.node.attrs.checked !== true;
      if (props.dispatch) for (const { pos } of tasks) props.tr.setNodeAttribute(pos, 'checked', checked);
      return tasks.length > 0;
    },
    setDue: (date) => (props) => setDue(props, date),
    addAssignee: (handle) => (props) => addAssignee(props, handle),
  }),
  addKeyboardShortcuts() {
    return {
      'Mod-Alt-a': () => this.editor.commands.toggleAction(),
      'Mod-Shift-9': () => this.editor.commands.toggleTask(),
      'Mod-Alt-Enter': () => this.editor.commands.toggleChecked(),
    };
  },
  addProseMirrorPlugins() {
    return [showLineMarks(this.options.today)];
  },
});
