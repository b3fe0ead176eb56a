// A decision as static HTML: the shape its face (Decision.svelte) has, so that nothing moves when the editor
// takes over.

import type { Decision } from '../../core/decision.ts';
import { escapeHtml, formatAttributes } from '../escape-html.ts';

/** `Accepted`, what the face calls a state. */
export const stateName = (state: Decision['state']) => state[0]!.toUpperCase() + state.slice(1);

/** `text` is the paragraph's content, already HTML. */
export function decisionHtml({ state, decidedBy, decidedOn }: Decision, text: string): string {
  const attributes = formatAttributes({ class: 'decision', 'data-state': state });
  const head = [
    `<span class="decision-state"><span class="decision-static">${stateName(state)}</span></span>`,
    decidedBy && `<span class="decision-by">by ${escapeHtml(decidedBy)}</span>`,
    decidedOn && `<span class="decision-on">on ${escapeHtml(decidedOn)}</span>`,
  ].filter(Boolean);
  return `<div${attributes}><div class="decision-head">${head.join(' ')}</div><div class="decision-text"><p>${text}</p></div></div>`;
}
