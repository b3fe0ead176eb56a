// An action item in markdown: a check item whose text names somebody (`- [ ] @minrk do X (by 2026-12-01)`), or, when
// nobody is named, says so: `- [ ] **Action:** do X`. An item of an older note that is one by its label or its place
// (`- TODO: do X`) keeps its spelling and has no box until somebody ticks it.

import { actionLabelLength, namesSomebody, readsAsAction } from '../../core/action-item.ts';
import type { NodeJson } from '../document-json.ts';
import { flatTextOf, isPlainText, sliceInline } from '../inline.ts';
import { isActionItem } from './list-item.ts';

/** What makes an item without a box an action: a line above it that says so, or a heading and who is named. */
export type ActionPlace = 'announced' | { names: ReadonlySet<string> } | null;

/** Where the label of an item's text ends, if it is plain words and something follows; 0 when there is none. */
function labelEnd(content: readonly NodeJson[]): number {
  const end = actionLabelLength(flatTextOf(content));
  return end > 0 && isPlainText(sliceInline(content, 0, end)) ? end : 0;
}

/** Whether an item's text is an action even without a box. */
function readsWithoutBox(content: readonly NodeJson[], place: ActionPlace): boolean {
  const text = flatTextOf(content);
  const end = labelEnd(content);
  if (/[\p{L}\p{N}]/u.test(text.slice(end)) && (end > 0 || place === 'announced')) return true;
  return place !== null && place !== 'announced' && namesSomebody(text, place.names);
}

/** The list item as a plain one that reads as the same action; any other node as it is. */
export function lowerAction(node: NodeJson, place: ActionPlace = null): NodeJson {
  if (!isActionItem(node)) return node;
  const [first, ...others] = node.content ?? [];
  const isLine = first?.type === 'paragraph';
  const content = isLine ? (first.content ?? []) : [];
  const hasBox = typeof node.attrs?.checked === 'boolean';
  const attrs = { ...node.attrs, action: null };
  if (readsWithoutBox(content, place)) return { ...node, attrs };
  const boxed = { ...attrs, checked: hasBox ? node.attrs!.checked : false };
  if (readsAsAction(flatTextOf(content)) || labelEnd(content) > 0) return { ...node, attrs: boxed };
  const label: NodeJson[] = [
    { type: 'text', text: 'Action:', marks: [{ type: 'bold' }] },
    ...(content.length > 0 ? [{ type: 'text', text: ' ' }, ...content] : []),
  ];
  const paragraph = { ...(isLine ? first : { type: 'paragraph' }), content: label };
  return { ...node, attrs: boxed, content: [paragraph, ...(isLine || !first ? others : [first, ...others])] };
}

/** A list item that reads as an action becomes one. Only the bold label of a box goes: other spelling stays. */
export function raiseAction(node: NodeJson, place: ActionPlace = null): NodeJson {
  const [first, ...others] = node.content ?? [];
  if (node.type !== 'listItem' || first?.type !== 'paragraph') return node;
  const content = first.content ?? [];
  const attrs = { ...node.attrs, action: true };
  const hasBox = typeof node.attrs?.checked === 'boolean';
  const isAction = readsWithoutBox(content, place) || (hasBox && readsAsBoxed(content));
  if (!isAction) return node;
  const end = labelEnd(content);
  const isOurs =
    hasBox && end > 0 && content[0]?.text === 'Action:' && content[0].marks?.[0]?.type === 'bold';
  const text = isOurs ? sliceInline(content, end) : content;
  // Where it reads as an action without its label, nobody would put that back.
  if (!isOurs || readsWithoutBox(text, place) || readsAsBoxed(text)) return { ...node, attrs };
  return { ...node, attrs, content: [{ ...first, content: text }, ...others] };
}

const readsAsBoxed = (content: readonly NodeJson[]) =>
  labelEnd(content) > 0 || readsAsAction(flatTextOf(content));
