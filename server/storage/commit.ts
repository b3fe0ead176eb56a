// The one way into the store: everybody's writes, in one order, many at a time.
//
// A synced write costs nearly the same for one operation as for a hundred, so what is asked for while a write
// is under way goes together in the next one. No timer for that: an idle store writes at once, a busy one gathers by
// itself. Whoever asked first is written first or together with the later, never after. If a write fails,
// all who were in it are told; nothing is tried again here, because only they know what the failure means. But a
// probe is written now and then until a write succeeds, so that health heals when nobody has anything to write.
import { probeKey } from './keys.ts';
import type { Operation, Storage } from './storage.ts';
import { StorageError } from './storage.ts';

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

/** Runs `run` once after `delayMs`, unless the returned function is called before. */
type Schedule = (run: () => void, delayMs: number) => () => void;

const firstProbeMs = 1000;
const longestProbeMs = 30_000;

/** Writes nothing of meaning, to learn whether writing works. */
export const probe: Operation = { type: 'put', key: probeKey, value: new Uint8Array() };

/** The group commit over `storage`. Make one per storage: order and health are kept in it. Without `schedule` it does not probe. */
export function createCommit(storage: Pick<Storage, 'write'>, schedule?: Schedule): Commit {
  let waiting: Waiting[] = [];
  let writing = false;
  let health: Health = { ok: true, reason: null };
  let probeMs = firstProbeMs;
  let isProbeDue = false;

  const heal = () => {
    health = { ok: true, reason: null };
    probeMs = firstProbeMs;
  };
  const ail = (error: unknown) => {
    health = { ok: false, reason: error instanceof Error ? error.message : String(error) };
    if (!schedule || isProbeDue || (error instanceof StorageError && error.code === 'closed')) return;
    isProbeDue = true;
    schedule(() => {
      isProbeDue = false;
      // Its failure is known by then: it is health, and the reason for the next probe.
      if (!health.ok) void write([probe]).catch(() => undefined);
    }, probeMs);
    probeMs = Math.min(2 * probeMs, longestProbeMs);
  };

  const writeAll = async () => {
    writing = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await storage.write(group.flatMap(({ operations }) => operations));
        heal();
        for (const { resolve } of group) resolve();
      } catch (error) {
        ail(error);
        for (const { reject } of group) reject(error);
      }
    }
    writing = false;
  };

  const write: Commit['write'] = (operations) =>
    new Promise((resolve, reject) => {
      waiting.push({ operations, resolve, reject });
      if (!writing) void writeAll();
    });

  return { write, health: () => health };
}
