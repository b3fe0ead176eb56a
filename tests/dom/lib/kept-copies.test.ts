import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Y from 'yjs';
import { XmlText } from 'yjs';
import { findRescueCopy, keptCopyName } from '../../../src/lib/kept-copies.ts';

/** What each database of this device holds. */
const kept = new Map<string, string>();

vi.mock('y-indexeddb', () => ({
  IndexeddbPersistence: class {
    readonly whenSynced = Promise.resolve();
    constructor(
      readonly name: string,
      doc: Y.Doc,
    ) {
      const text = kept.get(name);
      if (text) doc.getXmlFragment('default').push([new XmlText(text)]);
    }
    async clearData() {
      kept.delete(this.name);
    }
    async destroy() {}
  },
}));

const noteId = 'AAAAAAAAAAAAAAAAAAAAAA';

beforeEach(() => {
  kept.clear();
  const databases = async () => [...kept.keys()].map((name) => ({ name, version: 1 }));
  vi.stubGlobal('indexedDB', { databases });
});
afterEach(() => vi.unstubAllGlobals());

describe('[E1] what this device kept of an earlier note', () => {
  it('is found by its epoch, offered and never merged, and gone once forgotten', async () => {
    kept.set(`rollcall/${noteId}/first`, 'old words');
    kept.set(`rollcall/${noteId}/second`, 'new words');
    kept.set('rollcall/BBBBBBBBBBBBBBBBBBBBBB/first', 'somebody else’s');
    const copy = await findRescueCopy(noteId, 'second');
    expect(copy?.doc.getXmlFragment('default').toString()).toBe('old words');
    await copy?.forget();
    expect(await findRescueCopy(noteId, 'second')).toBeNull();
    expect(kept.get(`rollcall/${noteId}/second`)).toBe('new words');
  });

  it('is nothing when it holds no text, or the epoch is not known', async () => {
    kept.set(`rollcall/${noteId}/first`, '');
    expect(await findRescueCopy(noteId, 'second')).toBeNull();
    kept.set(`rollcall/${noteId}/first`, 'old words');
    expect(await findRescueCopy(noteId, '')).toBeNull();
  });

  it('a page that does not know its epoch goes on with the copy there is, if there is but one', async () => {
    expect(await keptCopyName(noteId, '')).toBe(`rollcall/${noteId}`);
    kept.set(`rollcall/${noteId}/first`, 'words');
    expect(await keptCopyName(noteId, '')).toBe(`rollcall/${noteId}/first`);
    kept.set(`rollcall/${noteId}/second`, 'of another note');
    expect(await keptCopyName(noteId, '')).toBe(`rollcall/${noteId}`);
  });

  it('a browser that cannot list what it keeps offers nothing', async () => {
    vi.stubGlobal('indexedDB', {});
    expect(await findRescueCopy(noteId, 'second')).toBeNull();
    expect(await keptCopyName(noteId, 'second')).toBe(`rollcall/${noteId}/second`);
  });
});
