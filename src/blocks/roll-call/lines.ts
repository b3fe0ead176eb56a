// The lines of a roll call that were written by hand: the items of its own lists, nested notes left out, and lines of
// its paragraphs that name people behind a label.

import { parsePersonLine } from '../../core/person-line.ts';
import type { NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';

const githubHref = /^https?:\/\/(?:www\.)?github\.com\/([A-Za-z0-9][\w-]{0,38})\/?$/i;

/** The text of an item's own paragraph. A link to somebody's page on GitHub reads as their `@handle`. */
function lineText(item: NodeJson): string {
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

/** The first line of an item, and those behind it that can only be people as well. */
export function itemLines(item: NodeJson): string[] {
  const [own = '', ...more] = lineText(item).split('\n');
  const isPerson = (text: string) => {
    const read = parsePersonLine(text);
    return read.kind === 'person' && read.isFull;
  };
  return [own, ...more.filter(isPerson)];
}

export interface WrittenLine {
  /** '' for an item without a line of its own: a list in a list, code. */
  text: string;
  /** The index of the block in the roll call, and of the item in that block; null in a paragraph. */
  block: number;
  item: number | null;
}

/** The lines in order, each with its place. */
export function findLines(rollCall: NodeJson): WrittenLine[] {
  return (rollCall.content ?? []).flatMap((node, block): WrittenLine[] => {
    if (node.type === 'bulletList' || node.type === 'orderedList')
      return (node.content ?? []).flatMap((child, item) =>
        itemLines(child).map((text) => ({ text, block, item })),
      );
    if (node.type !== 'paragraph') return [];
    const lines = textOf(node).split('\n');
    const people = lines.filter((text) => parsePersonLine(text).kind === 'people');
    return people.map((text) => ({ text, block, item: null }));
  });
}

export const writtenLines = (rollCall: NodeJson): string[] => findLines(rollCall).map(({ text }) => text);
