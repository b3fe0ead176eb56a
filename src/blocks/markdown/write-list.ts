// Lists: markers, numbers, and how far in their items stand.

import type { NodeJson } from '../document-json.ts';
import { itemFrame, widthOf } from './frame.ts';
import type { Frame, Spacing } from './frame.ts';
import { spacingOf } from './parting.ts';
import type { Before, BlockWriter, Lines } from './write-lines.ts';

const maxNumber = 999_999_999;

/** Whether a list ends in an item without text: what follows may then begin a new list for one reader only. */
export function endsEmpty(list: NodeJson): boolean {
  const last = list.content?.at(-1)?.content ?? [];
  return last.length === 0;
}

/** The marker of a list: not that of a list right before it, or the two would be one. */
export function markerOf(list: NodeJson, before: Before, { depth }: Frame, { care }: Lines): string {
  const isBullet = list.type === 'bulletList';
  const [first, second] = isBullet ? (['-', '*'] as const) : (['.', ')'] as const);
  const choices = isBullet ? ['-', '*', '+'] : ['.', ')'];
  const wanted = care === 'safe' ? choices[depth % choices.length]! : String(list.attrs?.marker ?? first);
  const { node, marker } = before;
  if (node?.type !== list.type || marker !== wanted) return wanted;
  if (care === 'kept' && endsEmpty(node)) return wanted;
  return wanted === first ? second : first;
}

/** An item's place among those before it. */
interface Place {
  frame: Frame;
  marker: string;
  spacing: Spacing;
  /** Where the item before it began, and where its text did; null for the first. */
  last: { marker: number; column: number } | null;
}

function writeItem(item: NodeJson, place: Place, writer: BlockWriter): { marker: number; column: number } {
  const { lines } = writer;
  const { frame, marker, spacing, last } = place;
  const content = item.content ?? [];
  const before = lines.start(item, frame, last?.marker ?? frame.nest, last?.column);
  const at = widthOf(before);
  const markerEnd = at + marker.length;
  const checked = item.attrs?.checked;
  const tick = lines.keptText(item, 'tick') ?? 'x';
  const box = typeof checked === 'boolean' ? `[${checked ? tick : ' '}]` : '';
  const keptPad = lines.keptText(item, 'pad');
  const hasLine = content.length > 0 || box !== '';
  if (keptPad === (hasLine ? ' ' : '')) lines.forget(item, 'pad');
  if (!hasLine) {
    lines.begin(before + marker);
    lines.endOpen();
    if (keptPad) lines.lines[lines.lines.length - 1] += keptPad;
    return { marker: at, column: markerEnd + 1 };
  }
  const padWidth = widthOf(before + marker + (keptPad ?? ' ')) - markerEnd;
  const pad = keptPad !== null && padWidth >= 1 && padWidth <= 4 ? keptPad : ' ';
  const startsBelow = /^[ \t]*\n$/.test(lines.keptText(content[0] ?? item, 'gap') ?? '');
  const column = startsBelow ? markerEnd + 1 : widthOf(before + marker + pad);
  lines.begin(before + marker + pad);
  const bullet = /^[-*+]$/.test(marker) ? marker : '';
  writer.blocks(content, itemFrame(frame, { column, marker: at, spacing, bullet }), box);
  return { marker: at, column };
}

export function writeList(list: NodeJson, frame: Frame, marker: string, writer: BlockWriter): void {
  const { lines } = writer;
  const spacing = spacingOf(list);
  const isBullet = list.type === 'bulletList';
  let number = Number(list.attrs?.start ?? 1);
  let last: Place['last'] = null;
  // The first item of a list that begins on its item's own line says where the others stand.
  const inner = lines.isOpen ? { ...frame, nest: frame.column } : frame;
  for (const [i, item] of (list.content ?? []).entries()) {
    if (i > 0) {
      writer.gap(item, spacing === 'loose' ? '\n' : '', { ...inner, spacing }, false);
      number = Math.min(Math.max(0, number + Number(item.attrs?.step ?? 1)), maxNumber);
    }
    const own = isBullet ? marker : `${number}${marker}`;
    last = writeItem(item, { frame: inner, marker: own, spacing, last }, writer);
  }
}
