// Many updates -> one.
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { Deleted } from './outline.ts';
import type { ExaminedUpdate } from './validate.ts';

/** Merges in trees of at most 100: Yjs' merging costs more than linearly beyond that. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  let level = [...updates];
  while (level.length > 1) {
    const merged: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 100) {
      const group = level.slice(i, i + 100);
      merged.push(group.length === 1 ? group[0]! : Y.mergeUpdates(group));
    }
    level = merged;
  }
  const merged = level[0];
  if (!merged) throw new RangeError('There must be an update to merge.');
  return merged;
}

/**
 * The same for updates that are examined already and follow one another: each peer's runs begin where its last one
 * ended. A fraction of the cost, since a run's bytes stay as they are. They are those Yjs would write: peers with
 * higher ids first, in the structs as in the deletions.
 */
export function joinUpdates(updates: readonly ExaminedUpdate[]): Uint8Array {
  if (updates.length === 1) return updates[0]!.bytes;
  const encoder = encoding.createEncoder();
  const runs = gather(updates, ({ brings }) => brings);
  encoding.writeVarUint(encoder, runs.length);
  for (const [peer, own] of runs) {
    encoding.writeVarUint(
      encoder,
      own.reduce((sum, { count }) => sum + count, 0),
    );
    encoding.writeVarUint(encoder, peer);
    encoding.writeVarUint(encoder, own[0]!.from);
    for (const { bytes, start, end } of own) encoding.writeUint8Array(encoder, bytes.subarray(start, end));
  }
  const deletes = gather(updates, ({ deletes }) => deletes);
  encoding.writeVarUint(encoder, deletes.length);
  for (const [peer, deleted] of deletes) {
    const ranges = union(deleted.flatMap(({ ranges }) => ranges));
    encoding.writeVarUint(encoder, peer);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
  return encoding.toUint8Array(encoder);
}

/** What all updates have of each peer, in their order; the highest id first. */
function gather<T extends { peer: number }>(
  updates: readonly ExaminedUpdate[],
  listOf: (update: ExaminedUpdate) => readonly T[],
): [peer: number, of: T[]][] {
  const gathered = new Map<number, T[]>();
  for (const update of updates) {
    for (const one of listOf(update)) {
      const known = gathered.get(one.peer);
      if (known) known.push(one);
      else gathered.set(one.peer, [one]);
    }
  }
  return [...gathered].sort(([a], [b]) => b - a);
}

/** The same ranges in order, with those that touch as one. */
function union(ranges: readonly Deleted[]): Deleted[] {
  const united: Deleted[] = [];
  for (const { clock, len } of [...ranges].sort((a, b) => a.clock - b.clock)) {
    const last = united.at(-1);
    if (last && clock <= last.clock + last.len) last.len = Math.max(last.len, clock + len - last.clock);
    else united.push({ clock, len });
  }
  return united;
}
