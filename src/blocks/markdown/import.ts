// A text as a plain document that keeps of its spelling what the writer would not write by itself.
//
// The guard: what was read is written at once, and a top-level block that would not come back as the same is kept as
// raw source instead. So an import never loses anything, whatever the reader or the writer has wrong.

import type { DocumentJson, NodeJson } from '../document-json.ts';
import { trimEmptyLinesOf } from '../../core/trim.ts';
import { repair } from '../repair.ts';
import { readSpelled } from './read.ts';
import { forgetHouseStyle } from './write.ts';

/** Whether every line ends as lines do on Windows. */
const isWindows = (text: string) => text.includes('\n') && !/(^|[^\r])\n/.test(text);

/** Throws MarkdownError when the text is nested too deep. */
export function readMarkdown(given: string): DocumentJson {
  const text = given.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const { document, maps } = readSpelled(text);
  const last = document.content.at(-1);
  if (isWindows(given) && last)
    last.attrs = { ...last.attrs, tail: String(last.attrs?.tail).replaceAll('\n', '\r\n') };
  const broken = forgetHouseStyle(document, text);
  if (!broken || maps.length !== document.content.length) return document;
  const lines = text.split('\n');
  const content = document.content.map((node, i): NodeJson => {
    if (i < broken.from || i >= broken.to) return node;
    const [start, end] = maps[i]!;
    const source = lines.slice(start, end).join('\n');
    return {
      type: 'rawBlock',
      attrs: { kind: 'unknown', gap: node.attrs?.gap },
      content: [{ type: 'text', text: trimEmptyLinesOf(source) }],
    };
  });
  return repair({ type: 'doc', content });
}

/** The document without the lines it keeps as they were: as if every line of text had been edited. */
export function withoutSource(json: DocumentJson): DocumentJson {
  const strip = (node: NodeJson): NodeJson => {
    const { src: _, ...attrs } = node.attrs ?? {};
    const isImage = node.type === 'image';
    return {
      ...node,
      ...(node.attrs && !isImage && { attrs }),
      ...(node.content && { content: node.content.map(strip) }),
    };
  };
  return { ...json, content: json.content.map(strip) };
}
