// What a prepared document says, spelling left out.

import type { MarkJson, NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import type { References } from './parser.ts';
import { isLoose } from './parting.ts';
import { prepareBlocks } from './prepare.ts';
import { readPlain } from './read.ts';
import { emphasis, hasMark, isBreak, merge, without } from './prepare-inline.ts';

/** A URL that is its own text is a link on HackMD and GitHub, marked or not. */
const isBareLink = (node: NodeJson) =>
  node.marks?.some(({ type, attrs }) => type === 'link' && attrs?.href === node.text && !attrs?.title) ??
  false;

/** Emphasis on white space cannot be seen and is no part of what a line says. */
function withoutEmphasisOnSpace(node: NodeJson): NodeJson[] {
  if (isBreak(node)) return [emphasis.reduce(without, node)];
  if (node.type !== 'text' || !node.marks || hasMark(node, 'code')) return [node];
  const unmarked = emphasis.reduce(without, node);
  // Nor is a link around nothing else.
  if (!/\S/.test(node.text ?? '')) return [without(unmarked, 'link')];
  return node
    .text!.split(/(\s+)/)
    .filter(Boolean)
    .map((text) => (/\S/.test(text) ? { ...node, text } : { ...unmarked, text }));
}

/** What images and raw markdown say; breaks say nothing more than that they are. */
const inlineAttributes = ['src', 'alt', 'title', 'md'];

/** Of what is not text only an image says a mark: its link. */
const marksOf = ({ type, marks = [] }: NodeJson): readonly MarkJson[] =>
  type === 'text' ? marks : type === 'image' ? marks.filter((mark) => mark.type === 'link') : [];

/** How a link is spelled does not part it from the one beside it. */
const plainMark = ({ type, attrs }: MarkJson): MarkJson =>
  type === 'link' ? { type, attrs: { href: attrs?.href, title: attrs?.title } } : { type };

const withPlainMarks = (node: NodeJson): NodeJson =>
  node.marks ? { ...node, marks: node.marks.map(plainMark) } : node;

const sorted = (marks: readonly MarkJson[]) => [...marks].sort((a, b) => (a.type < b.type ? -1 : 1));

export function inlineMeaning(nodes: readonly NodeJson[]): unknown {
  const [only] = nodes;
  if (nodes.length === 1 && only!.type === 'text' && !only!.marks) return only!.text;
  const bare = merge(nodes.map((node) => withPlainMarks(isBareLink(node) ? without(node, 'link') : node)));
  const said = merge(bare.flatMap(withoutEmphasisOnSpace));
  if (said.length === 1 && said[0]!.type === 'text' && !said[0]!.marks) return said[0]!.text;
  return said.map((node) => [
    node.type,
    node.text ?? inlineAttributes.map((name) => node.attrs?.[name] ?? null),
    sorted(marksOf(node)).map(({ type, attrs }) => [type, attrs?.href ?? null, attrs?.title ?? null]),
  ]);
}

const meaningful: Record<string, readonly string[]> = {
  heading: ['level'],
  orderedList: ['start'],
  listItem: ['checked'],
  codeBlock: ['language'],
  rawBlock: ['kind'],
  tableHeader: ['align'],
  tableCell: ['align'],
};
const inlineParents = new Set(['paragraph', 'heading', 'tableCell', 'tableHeader']);

function blockMeaning(node: NodeJson, references: References): unknown {
  const attrs: unknown[] = (meaningful[node.type] ?? []).map((name) => node.attrs?.[name] ?? null);
  if (node.type === 'bulletList' || node.type === 'orderedList') attrs.push(isLoose(node));
  const content = node.content ?? [];
  const said = inlineParents.has(node.type) ? inlineMeaning(content) : meaningsOf(content, references);
  return [node.type, attrs, said, node.text];
}

/**
 * What each block says, in order; two say the same when these are equal as JSON. A raw block nobody knows the kind of
 * says what its source does.
 */
export const meaningsOf = (blocks: readonly NodeJson[], references: References): unknown[] =>
  blocks.flatMap((node) =>
    node.type === 'rawBlock' && node.attrs?.kind === 'unknown'
      ? sayingsOf(textOf(node), references)
      : [blockMeaning(node, references)],
  );

function sayingsOf(source: string, references: References): unknown[] {
  // Not at the beginning of a text, where it could be front matter.
  const [, ...blocks] = prepareBlocks(readPlain(`x\n\n${source}`, references).content);
  return blocks.map((block) => blockMeaning(block, references));
}
