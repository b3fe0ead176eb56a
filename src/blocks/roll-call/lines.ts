// The lines of a roll call that were written by hand: the items of its own lists, nested notes left out.

import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';

const githubHref = /^https?:\/\/(?:www\.)?github\.com\/([A-Za-z0-9][\w-]{0,38})\/?$/i;

/** The text of an item's own line. A link to somebody's page on GitHub reads as their `@handle`. */
export function lineText(item: NodeJson): string {
  const first = item.content?.[0];
  if (!first || (first.type !== 'paragraph' && first.type !== 'heading')) return '';
  return (first.content ?? [])
    .map((node) => {
      const href = node.marks?.find(({ type }) => type === 'link')?.attrs?.href;
      const found = typeof href === 'string' ? githubHref.exec(href) : null;
      return found ? `@${found[1]}` : textOf(node);
    })
    .join('');
}

/** The lines in order; an item without a line of its own (a list in a list, code) is ''. */
export function writtenLines(rollCall: NodeJson): string[] {
  return (rollCall.content ?? [])
    .filter(({ type }) => type === 'bulletList' || type === 'orderedList')
    .flatMap((list) => (list.content ?? []).map(lineText));
}
