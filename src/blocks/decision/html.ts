// A decision as static HTML; the editor shows the same shape.

import type { Decision } from '../../core/decision.ts';
import { escapeHtml, formatAttributes } from '../escape-html.ts';

/** `Accepted by Min RK on 2026-11-23`: what stands before the text of a decision. */
export function decisionLabel({ state, decidedBy, decidedOn }: Decision): string {
  const said = state[0]!.toUpperCase() + state.slice(1);
  return said + (decidedBy && ` by ${decidedBy}`) + (decidedOn && ` on ${decidedOn}`);
}

/** `text` is the paragraph's content, already HTML. */
export function decisionHtml(decision: Decision, text: string): string {
  const attributes = formatAttributes({ class: 'decision', 'data-state': decision.state });
  const label = `<span class="decision-label">${escapeHtml(decisionLabel(decision))}</span>`;
  return `<div${attributes}>${label}<p>${text}</p></div>`;
}
