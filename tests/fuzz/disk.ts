// A disk for fuzzing: it can be slow, refuse to write, and outlive the server that wrote on it. What was written is
// there for the next server; of what was under way when one died, some had landed and some had not.
import { openMemoryStorage } from '../../server/storage/memory.ts';
import type { Operation, Storage } from '../../server/storage/storage.ts';
import { StorageError } from '../../server/storage/storage.ts';
import type { Random } from '../support/random.ts';
import { createFrailStorage } from '../support/rooms.ts';

type Server = ReturnType<typeof createFrailStorage>;

export class Disk {
  readonly #random: Random;
  readonly #files: Storage = openMemoryStorage();
  /** Writes that wait for a slow disk, oldest first. */
  #underWay: { operations: readonly Operation[]; land: () => void; fail: (error: unknown) => void }[] = [];
  #owner: Server | null = null;
  isBroken = false;
  isSlow = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The storage of the next server. One that had it before is dead: it hears nothing more of its writes. */
  mount(): Server {
    const owner = createFrailStorage({
      ...this.#files,
      // The files stay for the next server.
      close: async () => undefined,
      write: (operations) =>
        this.#owner === owner ? this.#write(operations) : new Promise<never>(() => undefined),
    });
    this.#owner = owner;
    return owner;
  }

  /** The process dies: of the writes under way the first few have landed, and nobody is told. */
  async cut(): Promise<void> {
    this.#owner = null;
    const underWay = this.#underWay.splice(0);
    for (const { operations } of underWay.slice(0, this.#random.below(underWay.length + 1)))
      await this.#files.write(operations);
  }

  /** The slow disk has written everything. */
  catchUp(): void {
    for (const { land } of this.#underWay.splice(0)) land();
  }

  async #write(operations: readonly Operation[]): Promise<void> {
    if (this.isSlow) await new Promise<void>((land, fail) => this.#underWay.push({ operations, land, fail }));
    if (this.isBroken) {
      // A write that failed may be on disk all the same.
      if (this.#random.chance(0.3)) await this.#files.write(operations);
      throw new StorageError('io', 'The disk is full.');
    }
    await this.#files.write(operations);
  }
}
