// A decision in markdown: `**Decision:** text (accepted by Min RK on 2026-11-23)`, a paragraph like any other. The
// label of an older note (`Agreed: `, `Decision - `) stays in the text, so that an untouched line leaves as it came.

import { formatOutcome, parseDecisionLabel, parseOutcome } from '../../core/decision.ts';
import type { Decision, DecisionLabel, DecisionState } from '../../core/decision.ts';
import type { NodeJson } from '../document-json.ts';
import { flatTextOf, isPlainText, isSameInline, sliceInline } from '../inline.ts';
import { decisionOf, noDecision } from './decision.ts';

export interface DecisionPlace {
  /** What the line above announced (`Agreed:` with the text in items below): then it needs no label. Null: nothing. */
  announced: DecisionState | null;
  /** Whether something stands below it in its list item, which a label without text would announce. */
  isFollowed: boolean;
}

const nowhere: DecisionPlace = { announced: null, isFollowed: false };

/** The label a line's text begins with, if it is plain words. */
export function labelOf(content: readonly NodeJson[]): DecisionLabel | null {
  const label = parseDecisionLabel(flatTextOf(content));
  return label && isPlainText(sliceInline(content, 0, label.length)) ? label : null;
}

/** The paragraph with everything the decision is written out in its text; any other node as it is. */
export function lowerDecision(node: NodeJson, { announced, isFollowed }: DecisionPlace = nowhere): NodeJson {
  const decision = decisionOf(node);
  if (!decision) return node;
  const content = node.content ?? [];
  const text = flatTextOf(content);
  const label = labelOf(content);
  const keepsText = (label !== null && !label.isBare) || (announced !== null && text.trim() !== '');
  const implied = keepsText ? (label?.state ?? announced) : text === '' && isFollowed ? null : 'proposed';
  const outcome = keepsText && saysItself(text, decision) ? '' : formatOutcome(decision, text, implied);
  const line = outcome ? [...content, { type: 'text', text: outcome }] : content;
  const attrs = { ...node.attrs, ...noDecision };
  return { ...node, attrs, content: keepsText ? line : labelled(line) };
}

const labelled = (line: readonly NodeJson[]): NodeJson[] => [
  { type: 'text', text: 'Decision:', marks: [{ type: 'bold' }] },
  ...(line.length > 0 ? [{ type: 'text', text: ' ' }, ...line] : []),
];

/** Whether the text of a line in old spelling ends in just this outcome. */
function saysItself(text: string, { state, decidedBy, decidedOn }: Decision): boolean {
  const own = parseOutcome(text)?.decision;
  return own?.state === state && own.decidedBy === decidedBy && own.decidedOn === decidedOn;
}

const attributesOf = ({ state, decidedBy, decidedOn }: Decision) => ({
  decision: state,
  decidedBy: decidedBy || null,
  decidedOn: decidedOn || null,
});

/** The paragraph as a decision when its text begins as one or it was announced as one; any other as it is. */
export function raiseDecision(node: NodeJson, place: DecisionPlace = nowhere): NodeJson {
  if (node.type !== 'paragraph') return node;
  const content = node.content ?? [];
  const label = labelOf(content);
  const isOurs = content[0]?.text === 'Decision:' && content[0].marks?.[0]?.type === 'bold';
  if (label?.isBare && (!isOurs || place.isFollowed)) return node;
  const announced = flatTextOf(content).trim() === '' ? null : place.announced;
  const state = label?.state ?? announced;
  if (!state) return node;
  const written = raiseFrom(node, isOurs && label ? label.length : 0, state);
  if (isSameInline(lowerDecision(written, place).content ?? [], content)) return written;
  if (label?.isBare) return node;
  const asItIs = parseOutcome(flatTextOf(content))?.decision ?? { state, decidedBy: '', decidedOn: '' };
  return { ...node, attrs: { ...node.attrs, ...attributesOf(asItIs) } };
}

/** Without the label that ends at `from` and without the outcome, which the attributes now say. */
function raiseFrom(node: NodeJson, from: number, state: DecisionState): NodeJson {
  const content = node.content ?? [];
  const outcome = parseOutcome(flatTextOf(content).slice(from));
  const isOutcome = outcome && isPlainText(sliceInline(content, from + outcome.textEnd));
  const decision = isOutcome ? outcome.decision : { state, decidedBy: '', decidedOn: '' };
  const text = sliceInline(content, from, isOutcome ? from + outcome.textEnd : Infinity);
  return { ...node, attrs: { ...node.attrs, ...attributesOf(decision) }, content: text };
}
