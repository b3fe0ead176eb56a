// The one way into the store: everybody's writes, in one order, many at a time.
//
// A synced write costs nearly the same for one operation as for a hundred, so what is asked for while a write
// is under way goes together in the next one. No timers: an idle store writes at once, a busy one gathers by
// itself. Whoever asked first is written first or together with the later, never after. If a write fails,
// all who were in it are told; nothing is tried again here, because only they know what the failure means.
import type { Operation, Storage } from './storage.ts';

/** `reason` is a sentence for an operator. Not ok from a failed write until the next one that succeeds. */
export type Health = { ok: true; reason: null } | { ok: false; reason: string };

export interface Commit {
  /** All operations or none, after all asked for earlier; resolves when they would survive a power cut. Rejects with StorageError. */
  write(operations: readonly Operation[]): Promise<void>;
  health(): Health;
}

interface Waiting {
  operations: readonly Operation[];
  resolve(): void;
  reject(error: unknown): void;
}

/** The group commit over `storage`. Make one per storage: order and health are kept in it. */
export function createCommit(storage: Pick<Storage, 'write'>): Commit {
  let waiting: Waiting[] = [];
  let writing = false;
  let health: Health = { ok: true, reason: null };

  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await storage.write(group.flatMap(({ operations }) => operations));
        health = { ok: true, reason: null };
        for (const { resolve } of group) resolve();
      } catch (error) {
        health = { ok: false, reason: error instanceof Error ? error.message : String(error) };
        for (const { reject } of group) reject(error);
      }
    }
    writing = false;
  };

  return {
    write: (operations) =>
      new Promise((resolve, reject) => {
        waiting.push({ operations, resolve, reject });
        if (!writing) void writeAll();
      }),
    health: () => health,
  };
}
