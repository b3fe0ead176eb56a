// An action item in markdown: a check item whose text names somebody (`- [ ] @minrk do X (by 2026-12-01)`), or, when
// nobody is named, says so: `- [ ] **Action:** do X`.

import { actionLabelLength, readsAsAction } from '../../core/action-item.ts';
import type { NodeJson } from '../document-json.ts';
import { flatTextOf, isPlainText, sliceInline } from '../inline.ts';
import { isActionItem } from './list-item.ts';

/** The list item as a plain check item that reads as the same action; any other node as it is. */
export function lowerAction(node: NodeJson): NodeJson {
  if (!isActionItem(node)) return node;
  const [first, ...others] = node.content ?? [];
  const attrs = { ...node.attrs, action: null };
  const isLine = first?.type === 'paragraph';
  const content = isLine ? (first.content ?? []) : [];
  const text = flatTextOf(content);
  if (readsAsAction(text) || actionLabelLength(text) > 0) return { ...node, attrs };
  const label: NodeJson[] = [
    { type: 'text', text: 'Action:', marks: [{ type: 'bold' }] },
    ...(content.length > 0 ? [{ type: 'text', text: ' ' }, ...content] : []),
  ];
  const paragraph = { ...(isLine ? first : { type: 'paragraph' }), content: label };
  return { ...node, attrs, content: [paragraph, ...(isLine || !first ? others : [first, ...others])] };
}

/** A check item that reads as an action becomes one. Only the bold label goes: other old spelling stays. */
export function raiseAction(node: NodeJson): NodeJson {
  if (node.type !== 'listItem' || typeof node.attrs?.checked !== 'boolean') return node;
  const [first, ...others] = node.content ?? [];
  if (first?.type !== 'paragraph') return node;
  const content = first.content ?? [];
  const text = flatTextOf(content);
  const labelEnd = actionLabelLength(text);
  const isLabelled = labelEnd > 0 && isPlainText(sliceInline(content, 0, labelEnd));
  if (!isLabelled && !readsAsAction(text)) return node;
  const attrs = { ...node.attrs, action: true };
  const isOurs = isLabelled && content[0]?.text === 'Action:' && content[0].marks?.[0]?.type === 'bold';
  if (!isOurs) return { ...node, attrs };
  return { ...node, attrs, content: [{ ...first, content: sliceInline(content, labelEnd) }, ...others] };
}
