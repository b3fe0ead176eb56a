// Plain document -> markdown that reads back as the same document.
//
// After writing, the whole is read and compared. If it differs, the top-level blocks around the differences are written
// without what they keep of their old spelling, then the safe way, then all of them; at last, what is
// not raw any more is written as code. Cost: about two parses.

import type { DocumentJson, NodeJson } from '../document-json.ts';
import { textOf } from '../document-json.ts';
import { meaningsOf } from './meaning.ts';
import { parseBlocks } from './parser.ts';
import type { References } from './parser.ts';
import { isList } from './parting.ts';
import { prepareBlocks } from './prepare.ts';
import { readPlain } from './read.ts';
import { settle } from './settle.ts';
import { writeBlocks } from './write-blocks.ts';
import type { Care } from './write-lines.ts';

function definitions(nodes: readonly NodeJson[]): string[] {
  return nodes.flatMap((node) => {
    if (node.type === 'rawBlock')
      return /^(definition|unknown)$/.test(String(node.attrs?.kind)) ? [textOf(node)] : [];
    return node.content ? definitions(node.content) : [];
  });
}

const referencesIn = (content: readonly NodeJson[]) =>
  parseBlocks(definitions(content).join('\n\n')).references;

const stringsOf = (blocks: readonly NodeJson[], references: References): string[] =>
  meaningsOf(blocks, references).map((meaning) => JSON.stringify(meaning));

/** The first and the last of `wanted` about which `found` says something else; null when there is none. */
function difference(
  wanted: readonly string[],
  found: readonly string[],
): { from: number; to: number } | null {
  const least = Math.min(wanted.length, found.length);
  let from = 0;
  while (from < least && wanted[from] === found[from]) from++;
  if (from === wanted.length && from === found.length) return null;
  let same = 0;
  while (same < least - from && wanted.at(-1 - same) === found.at(-1 - same)) same++;
  return { from, to: wanted.length - same };
}

/** How the document ends: its last block says, if it does, and whether its lines end as on Windows. */
function endOf(last: NodeJson | undefined): string {
  const tail = last?.attrs?.tail;
  if (tail === '') return '';
  return (typeof tail === 'string' && /\r?\n[^]*/.exec(tail)?.[0]) || '\n';
}

/** The last block within a block that has no blocks within. */
function innermost(block: NodeJson | undefined): NodeJson | null {
  const isContainer = block && (isList(block) || block.type === 'listItem' || block.type === 'blockquote');
  return isContainer ? innermost(block.content?.at(-1)) : (block ?? null);
}

export interface Written {
  text: string;
  /** False when the text does not read back as the document: no case is known. */
  isExact: boolean;
}

class Attempt {
  readonly #content: readonly NodeJson[];
  readonly #references: References;
  readonly #care: Care[];

  constructor(content: readonly NodeJson[], references: References) {
    this.#content = content;
    this.#references = references;
    this.#care = content.map(() => 'kept');
  }

  write(forget = false): string {
    const last = this.#content.at(-1);
    const lineEnd = endOf(last);
    const lines = writeBlocks(this.#content, (i) => this.#care[i]!, {
      references: this.#references,
      forget,
      end: lineEnd === '' ? innermost(last) : null,
    });
    if (lines.length === 0) return '';
    const text = lines.join('\n') + lineEnd;
    return lineEnd.includes('\r') ? text.replace(/\r?\n/g, '\r\n') : text;
  }

  /** The blocks that a text does not say; null when it says all, and no more. */
  differenceIn(text: string): { from: number; to: number } | null {
    const said = this.#content.map((block) => stringsOf([block], this.#references));
    const found = difference(said.flat(), stringsOf(prepareBlocks(readPlain(text).content), {}));
    if (!found) return null;
    const sayers = said.flatMap((meanings, i) => meanings.map(() => i));
    const from = sayers[found.from] ?? this.#content.length;
    return { from, to: Math.max(from, (sayers[found.to - 1] ?? from - 1) + 1) };
  }

  /** Writes the blocks in and around a difference with more care; false when there is no more. */
  takeCare({ from, to }: { from: number; to: number }, isLast: boolean): boolean {
    let changed = false;
    const [first, end] = isLast ? [0, this.#care.length] : [Math.max(0, from - 1), to + 1];
    for (let i = first; i < Math.min(end, this.#care.length); i++) {
      const care = isLast || this.#care[i] === 'house' ? 'safe' : this.#care[i] === 'kept' ? 'house' : 'safe';
      changed ||= care !== this.#care[i];
      this.#care[i] = care;
    }
    return changed;
  }
}

const maxAttempts = 6;

function writeSettled(content: readonly NodeJson[], references: References): Written {
  const attempt = new Attempt(content, references);
  let text = attempt.write();
  for (let made = 1; ; made++) {
    const found = attempt.differenceIn(text);
    if (!found) return { text, isExact: true };
    if (!attempt.takeCare(found, made >= maxAttempts - 1)) return { text, isExact: false };
    text = attempt.write();
  }
}

export function writePlain(document: DocumentJson): Written {
  const prepared = prepareBlocks(document.content);
  const references = referencesIn(prepared);
  const write = (isWary: boolean) => {
    const settled = settle(prepared, { references, isWary }, true);
    return writeSettled(settled === prepared ? prepared : prepareBlocks(settled), references);
  };
  const written = write(false);
  return written.isExact ? written : write(true);
}

/**
 * Takes out of a document just read from `text` what it keeps of its spelling without need. Gives the top-level blocks
 * that would not come back as they are.
 */
export function forgetHouseStyle(document: DocumentJson, text: string): { from: number; to: number } | null {
  const content = prepareBlocks(document.content);
  const attempt = new Attempt(content, referencesIn(content));
  const written = attempt.write(true).replaceAll('\r\n', '\n');
  return written === text ? null : attempt.differenceIn(written);
}
