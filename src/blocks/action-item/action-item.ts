// An action item is a check item (list item with `checked`) whose `action` is true: an attribute, so that turning a
// line into one and back never touches the text somebody else may be typing. Assignees and due date are words of
// the text (core/action-item.ts); this file finds them in the item's own first paragraph, shows them, changes them.

import { Extension } from '@tiptap/core';
import type { CommandProps } from '@tiptap/core';
import type { Node, NodeRange, ResolvedPos } from '@tiptap/pm/model';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { parseActionText, withAssignee } from '../../core/action-item.ts';
import { toDate } from '../../core/decision.ts';
import { toHandle } from '../../core/person.ts';
import { coerceAttributes } from '../attributes.ts';

export interface ActionItemOptions {
  /** Today as YYYY-MM-DD: an open item due before it is shown as overdue. '' never is. */
  today: () => string;
}

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    actionItem: {
      /** Makes the lines in the selection action items, or (when the first is one) ordinary lines again. */
      toggleAction: () => ReturnType;
      /** Makes the lines in the selection check items, or (when the first is one) ordinary list items again. */
      toggleTask: () => ReturnType;
      /** Ticks or unticks the check items in the selection. */
      toggleChecked: () => ReturnType;
      /** Writes, changes or (null) removes `(by YYYY-MM-DD)` at the end of the item at the caret. */
      setDue: (date: string | null) => ReturnType;
      /** Writes `@handle` at the start of the item at the caret, unless it names that person already. */
      addAssignee: (handle: string) => ReturnType;
    };
  }
}

/** Whether a node is an action item. Safe on attributes from the wire. */
export function isActionItem(node: {
  type: string | { name: string };
  attrs?: Record<string, unknown>;
}): boolean {
  if ((typeof node.type === 'string' ? node.type : node.type.name) !== 'listItem') return false;
  const { checked, action } = coerceAttributes('listItem', node.attrs);
  return checked !== null && action === true;
}

/** The text of a paragraph with one character for each inline node, so that offsets are positions. */
const flatText = (paragraph: Node) => paragraph.textBetween(0, paragraph.content.size, '\n', '\ufffc');

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

function toggle(
  props: CommandProps,
  on: Record<string, unknown>,
  off: Record<string, unknown>,
  isOn: (item: Node) => boolean,
) {
  const { items, plain } = linesIn(props);
  if (items.length + plain.length === 0) return false;
  if (!props.dispatch) return true;
  const turnOff = plain.length === 0 && isOn(items[0]!.node);
  for (const { pos, node } of items)
    props.tr.setNodeMarkup(pos, undefined, {
      ...node.attrs,
      ...(turnOff ? off : { ...on, checked: coerceAttributes('listItem', node.attrs).checked ?? false }),
    });
  return plain.map((line) => wrapLine(props.tr, line, on)).every(Boolean);
}

const isTask = (item: Node) => coerceAttributes('listItem', item.attrs).checked !== null;

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
  if (!found || (date !== null && !toDate(date))) return false;
  if (!dispatch) return true;
  const { line, lineStart } = found;
  const text = flatText(line);
  const { due } = parseActionText(text);
  if (due && date) tr.insertText(date, lineStart + due.from + '(by '.length, lineStart + due.to - 1);
  else if (due) tr.delete(lineStart + text.slice(0, due.from).trimEnd().length, lineStart + text.length);
  else if (date)
    tr.insertText(`${text === '' || /\s$/.test(text) ? '' : ' '}(by ${date})`, lineStart + text.length);
  return true;
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

/** A word of an action item that carries a meaning: where it stands in the item's own line, and how it is shown. */
export interface ActionMark {
  from: number;
  to: number;
  attributes: Record<string, string>;
}

/** The assignees and the due date of a list item; none when it is no action item. `today` '' never is overdue. */
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
  return [...found, { from, to, attributes: { class: isOverdue ? 'due overdue' : 'due' } }];
}

function decorate(doc: Node, today: string): DecorationSet {
  const found: Decoration[] = [];
  doc.descendants((node, pos) => {
    for (const { from, to, attributes } of actionMarks(node, today))
      found.push(Decoration.inline(pos + 2 + from, pos + 2 + to, attributes));
  });
  return DecorationSet.create(doc, found);
}

export const ActionItem = Extension.create<ActionItemOptions>({
  name: 'actionItem',
  addOptions: () => ({ today: () => '' }),
  addCommands: () => ({
    toggleAction: () => (props) =>
      toggle(props, { action: true, checked: false }, { action: null, checked: null }, isActionItem),
    toggleTask: () => (props) => toggle(props, { checked: false }, { action: null, checked: null }, isTask),
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
    const { today } = this.options;
    const key = new PluginKey<DecorationSet>('actionItem');
    return [
      new Plugin<DecorationSet>({
        key,
        state: {
          init: (_, { doc }) => decorate(doc, today()),
          apply: (tr, shown) => (tr.docChanged ? decorate(tr.doc, today()) : shown),
        },
        props: { decorations: (state) => key.getState(state) },
      }),
    ];
  },
});
