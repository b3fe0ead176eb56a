// Markdown that the document has no node for, kept as its source so that nothing is lost: HTML, link definitions,
// footnotes, containers, front matter. A raw block is edited like code; inline raw is one unit. Neither is ever
// shown as markup, so nothing in it can load or run.

import { Node } from '@tiptap/core';
import { coerceAttributes } from '../attributes.ts';
import { attributesOf } from '../tiptap-attributes.ts';

export const RawBlock = Node.create({
  name: 'rawBlock',
  group: 'block',
  content: 'text*',
  marks: '',
  code: true,
  defining: true,
  addAttributes: () => attributesOf('rawBlock', { kind: (element) => element.getAttribute('data-raw') }),
  parseHTML: () => [{ tag: 'pre[data-raw]', preserveWhitespace: 'full', priority: 60 }],
  renderHTML({ node }) {
    const { kind } = coerceAttributes('rawBlock', node.attrs);
    return ['pre', { class: 'raw', 'data-raw': kind ?? 'unknown' }, ['code', 0]];
  },
});

export const RawInline = Node.create({
  name: 'rawInline',
  group: 'inline',
  inline: true,
  atom: true,
  addAttributes: () => attributesOf('rawInline', { md: (element) => element.textContent }),
  parseHTML: () => [{ tag: 'code[data-raw]', priority: 60 }],
  renderHTML({ node }) {
    const { md } = coerceAttributes('rawInline', node.attrs);
    return ['code', { class: 'raw', 'data-raw': 'inline' }, String(md ?? '')];
  },
  renderText: ({ node }) => String(coerceAttributes('rawInline', node.attrs).md ?? ''),
});
