// The rows of roll calls as the note holds them: one flat root map, `roll`, keyed `<block id>/<person id>`.
// Only the server writes it; here it is read.

import { createSubscriber } from 'svelte/reactivity';
import type { Doc } from 'yjs';
import { rollName } from '../core/note.ts';

export type RollRows = ReadonlyMap<string, unknown>;

/** Reads one block's rows by person id, values as they came over the wire. In an effect or a template, the read follows the note. */
export function openRollRows(doc: Doc): (blockId: string) => RollRows {
  const roll = doc.getMap(rollName);
  const follow = createSubscriber((update) => {
    roll.observe(update);
    return () => roll.unobserve(update);
  });
  return (blockId) => {
    follow();
    const prefix = `${blockId}/`;
    return new Map(
      [...roll]
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value]),
    );
  };
}
