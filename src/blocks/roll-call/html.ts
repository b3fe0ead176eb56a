// A roll call as static HTML; the editor shows the same shape.

import type { RollEntry } from '../../core/roll-call.ts';
import { escapeHtml, formatAttributes } from '../escape-html.ts';

/** The cells of one signature, as words. `signedAt` is ISO 8601 in UTC, '' when not known. */
export interface RollRow {
  name: string;
  affiliation: string;
  handle: string;
  signedAt: string;
  addedBy: string;
}

// Past this a number of milliseconds is no date.
const maxTime = 8.64e15;

/** One row for each signature, in the order given. */
export const rollRows = (entries: readonly RollEntry[]): RollRow[] =>
  entries.map(({ name, affiliation, handle, signedAt, addedBy }) => ({
    name,
    affiliation,
    handle: handle && `@${handle}`,
    signedAt: signedAt > 0 && signedAt <= maxTime ? new Date(signedAt).toISOString() : '',
    addedBy,
  }));

function rowHtml({ name, affiliation, handle, signedAt, addedBy }: RollRow): string {
  const by = addedBy && ` <span class="added-by">added by ${escapeHtml(addedBy)}</span>`;
  const time = signedAt && `<time datetime="${signedAt}">${signedAt.slice(11, 16)}</time>`;
  const cells = [escapeHtml(name) + by, escapeHtml(affiliation), escapeHtml(handle), time];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** `content` is what was written by hand, already HTML. Without signatures there is no table. */
export function rollCallHtml(id: string, content: string, entries: readonly RollEntry[]): string {
  const attributes = formatAttributes({ class: 'roll-call', 'data-id': id || null });
  const rows = rollRows(entries).map(rowHtml).join('');
  const table = rows && `<table class="signatures"><tbody>${rows}</tbody></table>`;
  return `<section${attributes}><div class="roll-call-content">${content}</div>${table}</section>`;
}
