import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLasting } from '../../../server/storage/lasting.ts';
import { openLevelStorage } from '../../../server/storage/leveldb.ts';
import { openMemoryStorage } from '../../../server/storage/memory.ts';
import { openSpace } from '../../../server/storage/space.ts';
import type { Operation, Storage } from '../../../server/storage/storage.ts';
import { StorageError } from '../../../server/storage/storage.ts';
import { storageContract } from '../../contract/storage.ts';
import { createTestClock, settle } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { createFrailStorage } from '../../support/rooms.ts';

const put = (key: string): Operation => ({ type: 'put', key, value: Uint8Array.of(1) });
const plenty = { isLow: false, look: async () => undefined, makeRoomToOpen: async () => undefined };

storageContract('A lasting storage', () => openLasting(async () => openMemoryStorage(), plenty));

describe('[F6] after a failed write', () => {
  test('nothing more is written before the store has been opened anew, and reading goes on', async () => {
    const memory = openMemoryStorage();
    const opened: ReturnType<typeof createFrailStorage>[] = [];
    const calls: string[] = [];
    const storage = await openLasting(async () => {
      const frail = createFrailStorage(memory);
      frail.close = async () => void calls.push('close');
      opened.push(frail);
      calls.push('open');
      return frail;
    }, plenty);
    await storage.write([put('a')]);
    opened[0]!.isBroken = true;
    await expect(storage.write([put('b')])).rejects.toMatchObject({ code: 'io' });
    expect(await storage.get('a')).not.toBeNull();
    opened[0]!.isBroken = false;
    await storage.write([put('c')]);
    expect([calls, opened[0]!.writes, opened[1]!.writes]).toEqual([['open', 'close', 'open'], 1, 1]);
  });

  test('an opening that fails is tried again with the next write, and a store in between answers as closed', async () => {
    const frail = createFrailStorage();
    let openings = 0;
    const storage = await openLasting(async () => {
      if (++openings === 2) throw new StorageError('io', 'No.');
      return frail;
    }, plenty);
    frail.close = async () => undefined;
    frail.isBroken = true;
    await expect(storage.write([put('a')])).rejects.toMatchObject({ code: 'io' });
    frail.isBroken = false;
    await expect(storage.write([put('a')])).rejects.toMatchObject({ message: 'No.' });
    await storage.write([put('a')]);
    expect([openings, await storage.get('a')]).toEqual([3, Uint8Array.of(1)]);
  });

  test('a store that is closed meanwhile is not opened again', async () => {
    let openings = 0;
    let looked: (() => void) | null = null;
    const space = {
      isLow: false,
      look: () => (space.isLow ? new Promise<void>((resolve) => (looked = resolve)) : Promise.resolve()),
      makeRoomToOpen: async () => undefined,
    };
    const frail = createFrailStorage();
    frail.close = async () => undefined;
    const storage = await openLasting(async () => (openings++, frail), space);
    frail.isBroken = true;
    await expect(storage.write([put('a')])).rejects.toMatchObject({ code: 'io' });
    space.isLow = true;
    const writing = storage.write([put('a')]);
    await settle();
    await storage.close();
    space.isLow = false;
    looked!();
    await expect(writing).rejects.toMatchObject({ code: 'closed' });
    expect(openings).toBe(1);
  });

  test('our own mistake does not count as one', async () => {
    let openings = 0;
    const storage = await openLasting(async () => {
      openings++;
      return openMemoryStorage();
    }, plenty);
    await expect(storage.write([put('')])).rejects.toThrow(RangeError);
    await storage.write([put('a')]);
    expect(openings).toBe(1);
  });
});

/** A real store on a disk whose free space is what the test says. */
async function onDisk(bytes: number) {
  const folder = await temporaryFolder();
  const clock = createTestClock();
  const disk = { free: bytes };
  const options = { folder, ballastBytes: 1024, schedule: clock.schedule, free: async () => disk.free };
  const space = await openSpace(options);
  onTestFinished(() => space.close());
  const open = () => openLevelStorage(folder, { create: 'if-folder-is-new' });
  const storage: Storage & { health(): unknown } = await openLasting(open, space);
  onTestFinished(() => storage.close());
  const ballast = () =>
    stat(join(folder, 'ballast')).then(
      ({ size }) => size,
      () => null,
    );
  return { clock, disk, storage, ballast, folder, options, open };
}

describe('[F5] when the disk is nearly full', () => {
  test('nothing is written before the store breaks, health says so, and it heals by itself', async () => {
    const { clock, disk, storage } = await onDisk(1_000_000);
    await storage.write([put('a')]);
    disk.free = 2047;
    await clock.advance(2000);
    await settle();
    await expect(storage.write([put('b')])).rejects.toMatchObject({ code: 'full' });
    expect(storage.health()).toEqual({ ok: false, reason: expect.stringContaining('nearly full') as string });
    expect(await storage.get('a')).not.toBeNull();
    disk.free = 3000; // more than it needs to stop, less than it needs to go on
    await expect(storage.write([put('b')])).rejects.toMatchObject({ code: 'full' });
    disk.free = 4000;
    await storage.write([put('b')]);
    expect(storage.health()).toEqual({ ok: true, reason: null });
  });

  test('the ballast is given up to open a store on a full disk, and made again when there is room', async () => {
    const { clock, disk, storage, ballast, folder, options, open } = await onDisk(1_000_000);
    expect(await ballast()).toBe(1024);
    await storage.close();
    disk.free = 10;
    const space = await openSpace(options);
    onTestFinished(() => space.close());
    const again = await openLasting(open, space);
    onTestFinished(() => again.close());
    expect(await ballast()).toBeNull();
    await expect(again.write([put('b')])).rejects.toMatchObject({ code: 'full' });
    disk.free = 1_000_000;
    await clock.advance(2000);
    while ((await ballast()) === null) await settle();
    expect((await readFile(join(folder, 'ballast'))).length).toBe(1024);
    await again.write([put('b')]);
  });
});

/** A disk of its own of so many MiB, where that is to be had; else a folder whose writes the test makes fail. */
async function smallDisk(mebibytes: number): Promise<string | null> {
  const folder = await temporaryFolder();
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', disk]).status === 0;
  if (!mounted) return null;
  onTestFinished(() => void spawnSync('umount', ['-l', disk]));
  return disk;
}

test('[F5] [F6] a disk filled up in one go: nothing acknowledged is lost, it opens while full, and heals', async () => {
  const disk = await smallDisk(24);
  const folder = join(disk ?? (await temporaryFolder()), 'data');
  // Where no disk can be had, the fullness is told and the writes fail by the test's hand.
  const told = { free: 1e9, isBroken: false };
  const clock = createTestClock();
  const ballastBytes = 2 * 1024 * 1024;
  const options = {
    folder,
    ballastBytes,
    schedule: clock.schedule,
    ...(disk ? {} : { free: async () => told.free }),
  };
  const open = async (): Promise<Storage> => {
    const level = await openLevelStorage(folder, { create: 'if-folder-is-new' });
    if (disk) return level;
    const frail = createFrailStorage(level);
    Object.defineProperty(frail, 'isBroken', { get: () => told.isBroken });
    return frail;
  };
  await mkdir(folder);
  const space = await openSpace(options);
  onTestFinished(() => space.close());
  const storage = await openLasting(open, space);
  const acknowledged: string[] = [];
  const write = async () => {
    const key = `key/${String(acknowledged.length).padStart(5, '0')}`;
    await storage.write([{ type: 'put', key, value: new Uint8Array(10_000).fill(7) }]);
    acknowledged.push(key);
  };
  for (let n = 0; n < 20; n++) await write();

  const filler = join(disk ?? folder, 'filler');
  if (disk) {
    for (let kibibytes = 24 * 1024; kibibytes > 0; kibibytes >>= 1) {
      const piece = Buffer.alloc(kibibytes * 1024);
      await writeFile(filler, piece, { flag: 'a' }).catch(() => undefined);
    }
  } else Object.assign(told, { free: 0, isBroken: true });
  // The watch has not looked yet: the store itself runs into the wall.
  for (let n = 0; n < 400; n++) if (await write().then(() => false, () => true)) break; // prettier-ignore
  await expect(write()).rejects.toMatchObject({ name: 'StorageError' });
  for (const key of acknowledged) expect(await storage.get(key)).not.toBeNull();
  await space.look();
  await expect(write()).rejects.toMatchObject({ code: 'full' });
  await storage.close();

  const again = await openLasting(open, space);
  for (const key of acknowledged) expect(await again.get(key)).not.toBeNull();
  await expect(again.write([put('x')])).rejects.toMatchObject({ code: 'full' });

  await rm(filler, { force: true });
  Object.assign(told, { free: 1e9, isBroken: false });
  await again.write([put('x')]);
  expect(again.health()).toEqual({ ok: true, reason: null });
  for (const key of acknowledged) expect(await again.get(key)).not.toBeNull();
  await again.close();
});
