// The document as plain JSON: what ProseMirror's toJSON gives, and every format is made from.

export interface MarkJson {
  type: string;
  attrs?: Record<string, unknown>;
}

/** One node. `text` only on text nodes. Content and attributes may be missing: missing is empty or the default. */
export interface NodeJson {
  type: string;
  attrs?: Record<string, unknown>;
  content?: NodeJson[];
  text?: string;
  marks?: MarkJson[];
}

export interface DocumentJson extends NodeJson {
  type: 'doc';
  content: NodeJson[];
}

/** The text within a node. Breaks are newlines; images, raw markdown and the like are nothing. */
export function textOf(node: NodeJson): string {
  if (node.type === 'text') return node.text ?? '';
  if (node.type === 'softBreak' || node.type === 'hardBreak') return '\n';
  return (node.content ?? []).map(textOf).join('');
}

/** `after`, or `before` itself when it holds the same nodes: what does not change is not copied. */
export const keepSame = (before: readonly NodeJson[], after: NodeJson[]): readonly NodeJson[] =>
  after.length === before.length && after.every((node, i) => node === before[i]) ? before : after;

/** The node around that content: itself when it is its own. */
export const withContent = (node: NodeJson, content: readonly NodeJson[]): NodeJson =>
  content === node.content ? node : { ...node, content: content as NodeJson[] };
