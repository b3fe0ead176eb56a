import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { openLocalCopy } from '../../../src/lib/local-copy.ts';

/** The database of this device: `closed` by the browser, or `full`. */
const device = { state: 'well', stored: [] as Uint8Array[], events: new EventTarget() };

vi.mock('y-indexeddb', () => ({
  IndexeddbPersistence: class {
    readonly whenSynced = Promise.resolve();
    readonly _db = Promise.resolve(device.events);
    readonly _storeUpdate = (update: Uint8Array) => {
      if (device.state === 'closed') throw new DOMException('The database is closing.', 'InvalidStateError');
      if (device.state === 'full') device.events.dispatchEvent(new Event('abort'));
      else device.stored.push(update);
    };
    async get() {}
    async set() {}
  },
}));

let doc: Y.Doc;
const lost = vi.fn();

beforeEach(async () => {
  Object.assign(device, { state: 'well', stored: [], events: new EventTarget() });
  const open = () => {
    const request = { onsuccess: () => undefined, result: { close: () => undefined } };
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  vi.stubGlobal('indexedDB', { open });
  lost.mockReset();
  doc = new Y.Doc();
  const isSafe = (origin: unknown) => origin === 'server';
  await (
    await openLocalCopy('note', doc, 1, isSafe, lost)
  )?.loaded;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const write = (text: string, origin?: string) =>
  doc.transact(() => doc.getText().insert(doc.getText().length, text), origin);

describe('a copy whose database the browser closes while the page is open', () => {
  it('is told of, and every later change of the note is', () => {
    const sent: Uint8Array[] = [];
    doc.on('update', (update) => sent.push(update));
    write('a');
    device.state = 'closed';
    write('b');
    write('c');
    expect([sent.length, device.stored.length]).toEqual([3, 1]);
    expect(lost).toHaveBeenCalledTimes(1);
  });

  it('takes nothing more, also of what the server tells', () => {
    vi.useFakeTimers();
    device.state = 'closed';
    write('a', 'server');
    vi.advanceTimersByTime(1000);
    expect(lost).toHaveBeenCalledTimes(1);
    write('b', 'server');
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a copy that could not store something has no hole behind it', () => {
  write('a');
  device.state = 'full';
  write('b');
  expect(lost).toHaveBeenCalledTimes(1);
  device.state = 'well';
  write('c');
  const copy = new Y.Doc();
  for (const update of device.stored) Y.applyUpdate(copy, update);
  expect(copy.getText().toString()).toBe('a');
  expect(copy.store.pendingStructs).toBeNull();
});
