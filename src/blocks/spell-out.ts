// What becomes code keeps only letters: ProseMirror drops images, breaks, inline source and where links go. So they are
// spelled out as markdown first, and nothing is lost.

import type { Mark, Node } from '@tiptap/pm/model';
import type { Transaction } from '@tiptap/pm/state';
import { coerceAttributes } from './attributes.ts';

const address = (attrs: Record<string, unknown>, name: 'href' | 'src') =>
  [attrs[name], attrs.title && `"${String(attrs.title)}"`].filter(Boolean).join(' ');

function leafSource(node: Node): string {
  const attrs = coerceAttributes(node.type.name, node.attrs);
  if (node.type.name === 'image') {
    const image = `![${String(attrs.alt ?? '')}](${address(attrs, 'src')})`;
    return attrs.href ? `[${image}](${String(attrs.href)})` : image;
  }
  return node.type.name === 'rawInline' ? String(attrs.md ?? '') : '\n';
}

/** Pieces of text to put in place of what stands from `from` to `to`, in order. */
interface Spelling {
  from: number;
  to: number;
  text: string;
}

/** Where links begin and end, and each inline node that is no text. A link that reads as its address is left alone. */
function spellings(block: Node, start: number): Spelling[] {
  const found: Spelling[] = [];
  let open: { link: Mark; from: number; text: string } | null = null;
  const close = (at: number) => {
    if (!open) return;
    const attrs = coerceAttributes('link', open.link.attrs);
    if (attrs.href !== open.text) {
      found.push({ from: open.from, to: open.from, text: '[' });
      found.push({ from: at, to: at, text: `](${address(attrs, 'href')})` });
    }
    open = null;
  };
  block.forEach((node, offset) => {
    const at = start + offset;
    const link = node.marks.find(({ type }) => type.name === 'link');
    if (!open || !link?.eq(open.link)) {
      close(at);
      if (link) open = { link, from: at, text: '' };
    }
    if (open) open.text += node.text ?? leafSource(node);
    if (!node.isText) found.push({ from: at, to: at + 1, text: leafSource(node) });
  });
  close(start + block.content.size);
  return found.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Spells out the inline content of the text blocks from `from` to `to`. */
export function spellOut(tr: Transaction, from: number, to: number): void {
  const found: Spelling[] = [];
  tr.doc.nodesBetween(from, to, (node, pos) => {
    if (node.isTextblock && !node.type.spec.code) found.push(...spellings(node, pos + 1));
  });
  for (const { from: start, to: end, text } of found.reverse())
    if (text) tr.replaceWith(start, end, tr.doc.type.schema.text(text));
}
