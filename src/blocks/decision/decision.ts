// A decision is a paragraph with attributes, not a node type of its own. In Yjs, changing a node's type deletes the
// node's text and inserts a copy: what somebody else is typing in that line at that moment is lost and their caret
// is thrown out. An attribute leaves the text alone. For the same reason a heading is turned into a paragraph only
// because it must be, and a list item's own paragraph is marked where it stands.
// Enter never makes two decisions of one: what comes before or after it is plain.

import { Extension } from '@tiptap/core';
import type { CommandProps, Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import type { Decision } from '../../core/decision.ts';
import { toDecisionState } from '../../core/decision.ts';
import { isActionItem, noTask, splitItem } from '../action-item/list-item.ts';
import { coerceAttributes } from '../attributes.ts';
import { attributesOf } from '../tiptap-attributes.ts';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    decision: {
      /** Makes the text blocks in the selection decisions (proposed), or plain when the first one is a decision. */
      toggleDecision: () => ReturnType;
      /** Changes what is given of the decision at the selection; false when there is none. */
      setDecision: (change: Partial<Decision>) => ReturnType;
    };
  }
}

/** The decision a paragraph's attributes say it is; null for any other. Safe on attributes from the wire. */
export function decisionOf(node: {
  type: string | { name: string };
  attrs?: Record<string, unknown>;
}): Decision | null {
  const name = typeof node.type === 'string' ? node.type : node.type.name;
  if (name !== 'paragraph') return null;
  const attrs = coerceAttributes('paragraph', node.attrs);
  const state = toDecisionState(attrs.decision);
  if (!state) return null;
  return { state, decidedBy: String(attrs.decidedBy ?? ''), decidedOn: String(attrs.decidedOn ?? '') };
}

/** The attributes of an ordinary paragraph. */
export const noDecision = { decision: null, decidedBy: null, decidedOn: null };

/** Positions of the paragraphs and headings in the selection. */
function lines({ tr }: CommandProps): { pos: number; node: Node }[] {
  const found: { pos: number; node: Node }[] = [];
  tr.doc.nodesBetween(tr.selection.from, tr.selection.to, (node, pos) => {
    if (node.type.name === 'paragraph' || node.type.name === 'heading') found.push({ pos, node });
  });
  return found;
}

function toggle(props: CommandProps): boolean {
  const { tr, dispatch, state } = props;
  const found = lines(props);
  const first = found[0];
  if (!first) return false;
  if (!dispatch) return true;
  const attributes = decisionOf(first.node) ? noDecision : { ...noDecision, decision: 'proposed' };
  for (const { pos, node } of found) {
    const kept = node.type.name === 'paragraph' ? node.attrs : {};
    if (attributes.decision === 'proposed' && decisionOf(node)) continue;
    tr.setNodeMarkup(pos, state.schema.nodes.paragraph, { ...kept, ...attributes });
    const $line = tr.doc.resolve(pos);
    if (attributes.decision === 'proposed' && $line.index() === 0 && isActionItem($line.parent))
      tr.setNodeMarkup($line.before(), undefined, { ...$line.parent.attrs, ...noTask });
  }
  return true;
}

function change(props: CommandProps, given: Partial<Decision>): boolean {
  const found = lines(props).filter(({ node }) => decisionOf(node));
  if (found.length === 0) return false;
  if (!props.dispatch) return true;
  for (const { pos, node } of found) {
    const { state, decidedBy, decidedOn } = { ...decisionOf(node)!, ...given };
    const attributes = coerceAttributes('paragraph', { decision: state, decidedBy, decidedOn });
    props.tr.setNodeMarkup(pos, undefined, { ...node.attrs, ...attributes });
  }
  return true;
}

/** Splits the decision at the caret; false where the ordinary Enter does the right thing (at its end, or nowhere). */
function splitDecision(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  const isEnd = $from.parentOffset === $from.parent.content.size;
  if (!empty || isEnd || !decisionOf($from.parent)) return false;
  const isInItem = $from.node(-1).type.name === 'listItem' && $from.index(-1) === 0;
  // At its start the decision is the half after the split, else the half before.
  const isStart = $from.parentOffset === 0;
  if (!(isInItem ? splitItem(editor) : editor.commands.splitBlock())) return false;
  return editor.commands.command(({ tr }) => {
    const second = tr.selection.$from.before();
    const plain = isStart ? $from.before() : second;
    tr.setNodeMarkup(plain, undefined, noDecision);
    if (isStart) tr.setNodeMarkup(second, undefined, $from.parent.attrs);
    return true;
  });
}

/** Takes the decision off the line when the caret stands at its start; false otherwise. */
function plainAtStart(editor: Editor): boolean {
  const { $from, empty } = editor.state.selection;
  if (!empty || $from.parentOffset > 0 || !decisionOf($from.parent)) return false;
  return editor.commands.updateAttributes('paragraph', noDecision);
}

export const DecisionParagraph = Extension.create({
  name: 'decision',
  addGlobalAttributes() {
    const readers = {
      decision: (element: HTMLElement) => element.getAttribute('data-decision'),
      decidedBy: (element: HTMLElement) => element.getAttribute('data-decided-by'),
      decidedOn: (element: HTMLElement) => element.getAttribute('data-decided-on'),
    };
    const { decision, decidedBy, decidedOn, ...style } = attributesOf('paragraph', readers);
    const shown = (name: string, key: string) => (attributes: Record<string, unknown>) => {
      const value = coerceAttributes('paragraph', attributes)[key];
      return value === null ? null : { [name]: value };
    };
    return [
      {
        types: ['paragraph'],
        attributes: {
          ...style,
          decision: { ...decision, rendered: true, renderHTML: shown('data-decision', 'decision') },
          decidedBy: { ...decidedBy, rendered: true, renderHTML: shown('data-decided-by', 'decidedBy') },
          decidedOn: { ...decidedOn, rendered: true, renderHTML: shown('data-decided-on', 'decidedOn') },
        },
      },
    ];
  },
  addCommands: () => ({
    toggleDecision: () => toggle,
    setDecision: (given) => (props) => change(props, given),
    // Text as a style is plain text; Tiptap's own command keeps the attributes of the paragraph at the caret.
    setParagraph:
      () =>
      ({ commands }) =>
        commands.setNode('paragraph', noDecision),
  }),
  addKeyboardShortcuts() {
    return {
      'Mod-Alt-d': () => this.editor.commands.toggleDecision(),
      Enter: () => splitDecision(this.editor),
      Backspace: () => plainAtStart(this.editor),
    };
  },
});
