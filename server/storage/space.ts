// Room on the disk: known before it is gone, and some of it held back.
//
// LevelDB breaks when a write finds no room, and it cannot be opened without room for a new manifest and a table. So
// the free space is looked at every few seconds; below `low` nothing is written any more, and above `enough` it is
// again. The ballast is a file that can be deleted when a store must be opened on a full disk; it is made again once
// there is room. low = 2 ballasts, enough = 3: more than LevelDB writes between two looks at the speed of a room.
import { open, rename, rm, stat, statfs } from 'node:fs/promises';
import { randomFillSync } from 'node:crypto';
import { ballastFile } from './data-folder.ts';

export interface Space {
  /** Whether writing is to be left alone. As of the last look. */
  readonly isLow: boolean;
  /** A look of its own now. */
  look(): Promise<void>;
  /** Gives up the ballast when there is too little room to open a store. */
  makeRoomToOpen(): Promise<void>;
  close(): void;
}

export interface SpaceOptions {
  folder: string;
  /** 0: no ballast, and no watching. */
  ballastBytes: number;
  /** Runs `run` once after `delayMs`, unless the returned function is called before. */
  schedule(run: () => void, delayMs: number): () => void;
  /** Bytes that may still be written below a folder. */
  free?: (folder: string) => Promise<number>;
}

const lookMs = 2000;

export async function openSpace(options: SpaceOptions): Promise<Space> {
  const { folder, ballastBytes, schedule, free = freeBytes } = options;
  const [low, enough] = [2 * ballastBytes, 3 * ballastBytes];
  let isLow = false;
  let isClosed = false;
  let cancel = () => undefined as void;

  const look = async () => {
    if (ballastBytes === 0) return;
    // A folder that cannot be asked is no reason to stop: writing itself will tell.
    const bytes = await free(folder).catch(() => Infinity);
    isLow = bytes < (isLow ? enough : low);
    if (!isLow && bytes >= enough + ballastBytes) await makeBallast(folder, ballastBytes);
  };
  const watch = () => {
    cancel = schedule(() => {
      void look().then(() => {
        if (!isClosed) watch();
      });
    }, lookMs);
  };
  if (ballastBytes > 0) watch();

  return {
    get isLow() {
      return isLow;
    },
    look,
    async makeRoomToOpen() {
      const bytes = await free(folder).catch(() => Infinity);
      if (bytes < ballastBytes) await rm(ballastFile(folder), { force: true });
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Made of noise: a file system that packs its files would keep a file of zeros in no room at all. */
async function makeBallast(folder: string, bytes: number): Promise<void> {
  const path = ballastFile(folder);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size === bytes) return;
  const draft = `${path}.new`;
  try {
    const file = await open(draft, 'w', 0o600);
    try {
      const noise = randomFillSync(Buffer.alloc(Math.min(bytes, 1024 * 1024)));
      for (let left = bytes; left > 0; left -= noise.length)
        await file.write(noise, 0, Math.min(left, noise.length));
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch {
    // No room after all: the next look tries again.
    await rm(draft, { force: true }).catch(() => undefined);
  }
}
