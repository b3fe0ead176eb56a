// Cutting a line of inline nodes by the offsets of its flat text, in which each node that is not text is one
// character. Those offsets are also ProseMirror's.

import type { NodeJson } from './document-json.ts';

/** The text of a line, breaks as newlines and any other inline node as U+FFFC. */
export const flatTextOf = (nodes: readonly NodeJson[]): string =>
  nodes
    .map(({ type, text }) => {
      if (type === 'text') return text ?? '';
      return type === 'softBreak' || type === 'hardBreak' ? '\n' : '\ufffc';
    })
    .join('');

/** The nodes between two offsets; text nodes are cut, and keep their marks. */
export function sliceInline(nodes: readonly NodeJson[], from: number, to = Infinity): NodeJson[] {
  const slice: NodeJson[] = [];
  let at = 0;
  for (const node of nodes) {
    const length = node.type === 'text' ? (node.text ?? '').length : 1;
    const [first, last] = [Math.max(0, from - at), Math.min(length, to - at)];
    at += length;
    if (last <= first) continue;
    slice.push(node.type === 'text' ? { ...node, text: node.text!.slice(first, last) } : node);
  }
  return slice;
}

/** Whether all of it is plain words: text, emphasized or not, a URL that is its own link at most. */
export const isPlainText = (nodes: readonly NodeJson[]): boolean =>
  nodes.every(
    ({ type, text, marks = [] }) =>
      type === 'text' &&
      marks.every(
        (mark) =>
          mark.type === 'bold' ||
          mark.type === 'italic' ||
          (mark.type === 'link' && mark.attrs?.href === text),
      ),
  );

/** Whether two lines are the same, however their text is cut into nodes. */
export const isSameInline = (a: readonly NodeJson[], b: readonly NodeJson[]): boolean =>
  JSON.stringify(joined(a)) === JSON.stringify(joined(b));

function joined(nodes: readonly NodeJson[]): unknown[] {
  const parts: { text: string; rest: string }[] = [];
  for (const { text = '', ...node } of nodes) {
    const rest = JSON.stringify({ ...node, marks: node.marks ?? [] });
    const last = parts.at(-1);
    if (node.type === 'text' && last?.rest === rest) last.text += text;
    else parts.push({ text, rest });
  }
  return parts.filter(({ text, rest }) => text !== '' || !rest.includes('"type":"text"'));
}
