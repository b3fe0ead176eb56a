// Finds the decisions and action items among plain blocks, and writes them as plain blocks again.
//
// What a line is depends on its text and on its place: a label above it in its list item (`Action:` with what is to do
// in items below), or a heading (`## Action items`) and who is named. Both ways walk the blocks alike and ask the same
// questions of the same text, so what leaves as a plain line comes back as what it was.

import { actionLabelLength, isActionHeading } from '../core/action-item.ts';
import type { DecisionState } from '../core/decision.ts';
import { attendance } from '../core/roll-call.ts';
import type { ActionPlace } from './action-item/markdown.ts';
import { lowerAction, raiseAction } from './action-item/markdown.ts';
import { labelOf, lowerDecision, raiseDecision } from './decision/markdown.ts';
import type { DecisionPlace } from './decision/markdown.ts';
import type { NodeJson } from './document-json.ts';
import { keepSame, textOf, withContent } from './document-json.ts';
import { writtenLines } from './roll-call/lines.ts';

/** What is done to each paragraph and to each list item. */
interface Way {
  paragraph: (node: NodeJson, place: DecisionPlace) => NodeJson;
  item: (node: NodeJson, place: ActionPlace) => NodeJson;
  /** Whether an item is looked at before what is in it. */
  isItemFirst: boolean;
}

interface Place {
  action: ActionPlace;
  decision: DecisionState | null;
}

const nowhere: Place = { action: null, decision: null };

/** What an item's own line says of the items below it. */
function announces(item: NodeJson): Place {
  const [first, ...others] = item.content ?? [];
  const hasBox = typeof item.attrs?.checked === 'boolean';
  if (first?.type !== 'paragraph' || others.length === 0 || hasBox) return nowhere;
  const text = textOf(first);
  const isAction = actionLabelLength(text) > 0 && actionLabelLength(text) >= text.trimEnd().length;
  const label = first.attrs?.decision == null ? labelOf(first.content ?? []) : null;
  return { action: isAction ? 'announced' : null, decision: label?.isBare ? label.state : null };
}

class Walk {
  readonly #way: Way;
  readonly #names: ReadonlySet<string>;

  constructor(way: Way, names: ReadonlySet<string>) {
    this.#way = way;
    this.#names = names;
  }

  blocks(nodes: readonly NodeJson[], outer: Place = nowhere): readonly NodeJson[] {
    let place = outer;
    const walked = nodes.map((node) => {
      if (node.type === 'heading')
        place = { action: isActionHeading(textOf(node)) ? { names: this.#names } : null, decision: null };
      if (node.type === 'paragraph') return this.#way.paragraph(node, { announced: null, isFollowed: false });
      if (node.type === 'bulletList' || node.type === 'orderedList')
        return withContent(node, this.#items(node.content ?? [], place));
      return node.content && node.type !== 'heading' ? withContent(node, this.blocks(node.content)) : node;
    });
    return keepSame(nodes, walked);
  }

  #items(items: readonly NodeJson[], place: Place): readonly NodeJson[] {
    return keepSame(
      items,
      items.map((item) => this.#item(item, place)),
    );
  }

  #item(item: NodeJson, place: Place): NodeJson {
    const { item: map, isItemFirst } = this.#way;
    if (isItemFirst) return this.#inside(map(item, place.action), place);
    return map(this.#inside(item, place), place.action);
  }

  #inside(item: NodeJson, { decision }: Place): NodeJson {
    const content = item.content ?? [];
    const [first, ...others] = content;
    if (!first) return item;
    const below = this.blocks(others, announces(item));
    const isFollowed = others.length > 0;
    const own =
      first.type === 'paragraph'
        ? [this.#way.paragraph(first, { announced: decision, isFollowed })]
        : this.blocks([first]);
    return withContent(item, keepSame(content, [...own, ...below]));
  }
}

/** The names of everybody in the roll calls, whole and first ones, and handles; lower case. */
function namesIn(nodes: readonly NodeJson[]): Set<string> {
  const names = new Set<string>();
  for (const node of nodes) {
    if (node.type !== 'rollCall') continue;
    for (const { person } of attendance(writtenLines(node), [])) {
      const name = person.name
        .replace(/\([^()]*\)/g, '')
        .trim()
        .toLowerCase();
      for (const word of [name, name.split(' ')[0]!, person.handle.toLowerCase()]) if (word) names.add(word);
    }
  }
  return names;
}

/** Plain blocks, their roll calls found already, with the decisions and action items in them. */
export const raiseLines = (blocks: readonly NodeJson[]): readonly NodeJson[] =>
  // An action's label stands before a decision's, so the item takes its own off first.
  new Walk({ paragraph: raiseDecision, item: raiseAction, isItemFirst: true }, namesIn(blocks)).blocks(
    blocks,
  );

/** The blocks with each decision and action item as the plain line it leaves as. */
export const lowerLines = (blocks: readonly NodeJson[]): readonly NodeJson[] =>
  new Walk({ paragraph: lowerDecision, item: lowerAction, isItemFirst: false }, namesIn(blocks)).blocks(
    blocks,
  );
