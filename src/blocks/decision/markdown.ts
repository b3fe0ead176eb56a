// A decision in markdown: `**Decision:** text (accepted by Min RK on 2026-11-23)`, a paragraph like any other.

import { decisionLabelLength, formatOutcome, parseOutcome } from '../../core/decision.ts';
import type { NodeJson } from '../document-json.ts';
import { flatTextOf, isPlainText, sliceInline } from '../inline.ts';
import { decisionOf } from './decision.ts';

const plain = { decision: null, decidedBy: null, decidedOn: null };

/** The paragraph with everything the decision is written out in its text; any other node as it is. */
export function lowerDecision(node: NodeJson): NodeJson {
  const decision = decisionOf(node);
  if (!decision) return node;
  const content = node.content ?? [];
  const label: NodeJson[] = [
    { type: 'text', text: 'Decision:', marks: [{ type: 'bold' }] },
    { type: 'text', text: ' ' },
  ];
  const outcome = formatOutcome(decision, flatTextOf(content));
  const end: NodeJson[] = outcome ? [{ type: 'text', text: outcome }] : [];
  return { ...node, attrs: { ...node.attrs, ...plain }, content: [...label, ...content, ...end] };
}

/** The paragraph as a decision when its text begins as one, without what the attributes now say; else as it is. */
export function raiseDecision(node: NodeJson): NodeJson {
  if (node.type !== 'paragraph') return node;
  const content = node.content ?? [];
  const text = flatTextOf(content);
  const labelEnd = decisionLabelLength(text);
  if (labelEnd === 0 || !isPlainText(sliceInline(content, 0, labelEnd))) return node;
  const rest = text.slice(labelEnd);
  const outcome = parseOutcome(rest);
  const isOutcome = outcome && isPlainText(sliceInline(content, labelEnd + outcome.textEnd));
  const { state, decidedBy, decidedOn } = isOutcome
    ? outcome.decision
    : { state: 'proposed', decidedBy: '', decidedOn: '' };
  return {
    ...node,
    attrs: { ...node.attrs, decision: state, decidedBy: decidedBy || null, decidedOn: decidedOn || null },
    content: sliceInline(content, labelEnd, isOutcome ? labelEnd + outcome.textEnd : Infinity),
  };
}
