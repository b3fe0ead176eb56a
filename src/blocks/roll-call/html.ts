// A roll call as static HTML: the shape its face (RollCall.svelte) has, so that nothing moves when the editor
// takes over. Signing needs the face; its bar keeps its place until then.

import type { RollEntry } from '../../core/roll-call.ts';
import { escapeHtml, formatAttributes } from '../escape-html.ts';

// Past this a number of milliseconds is no date.
const maxTime = 8.64e15;

const toIso = ({ signedAt }: RollEntry) =>
  signedAt > 0 && signedAt <= maxTime ? new Date(signedAt).toISOString() : '';

/** The time of day of a signature, in UTC: the server does not know the reader's clock. */
export const timeOf = (entry: RollEntry): string => toIso(entry).slice(11, 16);

function rowHtml(entry: RollEntry): string {
  const { name, affiliation, handle, addedBy } = entry;
  const at = toIso(entry);
  const time = at && `<time datetime="${at}">${timeOf(entry)}</time>`;
  const by = addedBy && `<span class="roll-call-by">added by ${escapeHtml(addedBy)}</span> `;
  return `<li>${[
    `<span class="roll-call-name">${escapeHtml(name)}</span>`,
    `<span class="roll-call-affiliation">${escapeHtml(affiliation)}</span>`,
    `<span class="roll-call-handle">${escapeHtml(handle && `@${handle}`)}</span>`,
    `<span class="roll-call-time">${by}${time}</span>`,
  ].join('')}</li>`;
}

/** `content` is what was written by hand, already HTML; `onLines` are the signatures that are shown there. */
export function rollCallHtml(
  id: string,
  content: string,
  entries: readonly RollEntry[],
  onLines: readonly RollEntry[],
): string {
  const attributes = formatAttributes({ class: 'roll-call', 'data-id': id || null });
  const count = `<span class="roll-call-count">${entries.length} signed</span>`;
  const beside = entries.filter((entry) => !onLines.includes(entry));
  const rows = beside.map(rowHtml).join('');
  const list = rows && `<ul class="roll-call-rows" aria-label="Signed">${rows}</ul>`;
  return `<section${attributes}><div class="roll-call-lines"><div class="roll-call-text">${content}</div></div><div class="roll-call-sheet"><div class="roll-call-bar">${count}</div>${list}</div></section>`;
}
