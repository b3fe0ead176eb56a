// Rewrites a document into one that markdown has a spelling for, changing no word: white space at the ends of lines
// and marks goes out of them, empty paragraphs go, a table's rows get one width. The writer writes prepared documents.
// Prepared nodes share their attributes with the document's, except those of table cells.

import type { NodeJson } from '../document-json.ts';
import { keepSame, textOf, withContent } from '../document-json.ts';
import { startsHtmlAt } from './html-lines.ts';
import { breaksLine, prepareInline } from './prepare-inline.ts';

function prepareTable(table: NodeJson): NodeJson {
  const rows = table.content ?? [];
  const width = Math.max(1, ...rows.map((row) => row.content?.length ?? 0));
  const aligns = Array.from({ length: width }, (_, i) => rows[0]?.content?.[i]?.attrs?.align ?? null);
  return {
    ...table,
    content: rows.map((row, index) => ({
      ...row,
      content: aligns.map((align, i) => ({
        type: index === 0 ? 'tableHeader' : 'tableCell',
        attrs: { align },
        content: [...prepareInline(row.content?.[i]?.content ?? [], 'cell')],
      })),
    })),
  };
}

/**
 * Whether text over `---` holds a table, bars escaped or not: one of one column, or one whose rule is a line of it.
 */
function holdsTable(lines: readonly string[]): boolean {
  const last = lines.at(-1)!;
  if (!last.includes('|')) return false;
  return last.includes('\\|') || /^\|?[^|]*\|?$/.test(last) || lines.some((line) => /^[-:| \t]+$/.test(line));
}

/**
 * Whether a heading may be spelt with a line under it, the only way for it to have more than one line. Only the
 * first two levels may; `---` under a bar may make a table of it, and HTML at its start a block of HTML.
 */
export function mayUnderline({ attrs, content = [] }: NodeJson): boolean {
  if (content.length === 0 || startsHtmlAt(content, 0)) return false;
  if (attrs?.level !== 2) return attrs?.level === 1;
  const text = content.map((node) => (breaksLine(node) ? '\n' : (node.text ?? 'x'))).join('');
  return !holdsTable(text.split('\n').map((line) => line.trim()));
}

/** An item with a box begins with a line of text, be it an empty one: the box stands there. */
function prepareItem(item: NodeJson): NodeJson {
  const [first, ...others] = item.content ?? [];
  const isLine = first?.type === 'paragraph';
  if (typeof item.attrs?.checked !== 'boolean' || (isLine && prepareBlock(first)))
    return withContent(item, prepareBlocks(item.content ?? []));
  const line = isLine ? { ...first, content: [] } : { type: 'paragraph', content: [] };
  return { ...item, content: [line, ...prepareBlocks(isLine || !first ? others : [first, ...others])] };
}

/** The block as markdown can spell it; null when there is nothing to spell. */
function prepareBlock(node: NodeJson): NodeJson | null {
  switch (node.type) {
    case 'paragraph': {
      const content = prepareInline(node.content ?? [], 'paragraph');
      return content.length > 0 ? withContent(node, content) : null;
    }
    case 'heading': {
      const line = mayUnderline(node) ? 'paragraph' : 'heading';
      return withContent(node, prepareInline(node.content ?? [], line));
    }
    case 'table':
      return prepareTable(node);
    case 'codeBlock': {
      const language = typeof node.attrs?.language === 'string' ? node.attrs.language.trim() || null : null;
      if (language !== (node.attrs?.language ?? null)) return { ...node, attrs: { ...node.attrs, language } };
      return node;
    }
    case 'rawBlock':
      return textOf(node).trim() ? node : null;
    case 'horizontalRule':
      return node;
    case 'listItem':
      return prepareItem(node);
    default:
      return withContent(node, prepareBlocks(node.content ?? []));
  }
}

export const prepareBlocks = (nodes: readonly NodeJson[]): readonly NodeJson[] =>
  keepSame(
    nodes,
    nodes.map(prepareBlock).filter((node) => node !== null),
  );
