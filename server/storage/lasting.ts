// A storage that outlives its failures: opened anew after a failed write, and not written to when the disk is full.
//
// LevelDB refuses every write after a failed sync until it is opened again, and after a failed append it would write
// on behind the torn record, where the next start does not find it: acknowledged edits would be lost. So after a
// failed write nothing more goes to that handle; the next write opens the store anew first. Until then reading goes
// on with the old handle. Opening needs room on the disk, so with too little of it the old handle stays.
// Waiting, and when to try again, are the callers' business: rooms probe.
import type { Health } from './commit.ts';
import type { Space } from './space.ts';
import type { Operation, Storage } from './storage.ts';
import { StorageError } from './storage.ts';

/** The storage over what `open` gives, which is called again after each failed write. */
export async function openLasting(
  open: () => Promise<Storage>,
  space: Pick<Space, 'isLow' | 'look' | 'makeRoomToOpen'>,
): Promise<Storage & { health(): Health }> {
  await space.makeRoomToOpen();
  let current = await open();
  await space.look();
  let isTorn = false;
  let isClosed = false;
  let reopening: Promise<void> | null = null;

  const reopen = async () => {
    await current.close();
    await space.makeRoomToOpen();
    current = await open();
    isTorn = false;
  };
  const ready = async () => {
    if (reopening) await reopening.catch(() => undefined);
  };

  const isSound = () => !isTorn && !reopening && !space.isLow;
  const heal = async () => {
    await ready();
    if (space.isLow) await space.look();
    if (isClosed) throw new StorageError('closed', 'The storage is closed.');
    if (space.isLow) throw new StorageError('full', fullSentence);
    if (!isTorn) return;
    reopening ??= reopen().finally(() => (reopening = null));
    await reopening;
  };
  const write = async (operations: readonly Operation[]) => {
    const store = current;
    try {
      await store.write(operations);
    } catch (error) {
      if (!(error instanceof RangeError) && store === current) isTorn = true;
      await space.look();
      throw error;
    }
  };

  return {
    async get(key) {
      await ready();
      return current.get(key);
    },
    // Not awaited when nothing is under way: a range shows the store as of the call.
    range: (range) => (reopening ? later(ready, () => current.range(range)) : current.range(range)),
    // In order: a write that need not wait is passed on within the call, as one after it will be.
    write: (operations) => (isSound() ? write(operations) : heal().then(() => write(operations))),
    async close() {
      isClosed = true;
      await ready();
      await current.close();
    },
    health: () => (space.isLow ? { ok: false, reason: fullSentence } : { ok: true, reason: null }),
  };
}

const fullSentence = 'The disk is nearly full: nothing is written until there is room again.';

async function* later(
  ready: () => Promise<void>,
  range: () => ReturnType<Storage['range']>,
): AsyncGenerator<[string, Uint8Array]> {
  await ready();
  yield* range();
}
