import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { openLocalCopy } from '../../../src/lib/local-copy.ts';
import { NoteSession } from '../../../src/lib/note-session.svelte.ts';
import { NoteServer } from './note-server.ts';

vi.mock('../../../src/lib/local-copy.ts', () => ({ openLocalCopy: vi.fn(() => Promise.resolve(null)) }));

let server: NoteServer;
const sessions: NoteSession[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  server = new NoteServer();
});

afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
  vi.useRealTimers();
  vi.mocked(openLocalCopy).mockReset().mockResolvedValue(null);
});

function open(epoch = ''): NoteSession {
  const session = new NoteSession({
    noteId: 'AAAAAAAAAAAAAAAAAAAAAA',
    epoch,
    wsOrigin: 'ws://test',
    schema: 3,
    me: { personId: 'me', name: 'Ada' },
    WebSocket: server.Socket,
  });
  sessions.push(session);
  return session;
}

function openSaved(): NoteSession {
  const session = open();
  server.welcome();
  server.acknowledge();
  return session;
}

const write = (doc: Y.Doc, text: string) => doc.getXmlFragment('default').push([new Y.XmlText(text)]);

function keepOnDevice(kept?: (doc: Y.Doc, origin: object) => void, mayDraw = true) {
  const lost: (() => void)[] = [];
  vi.mocked(openLocalCopy).mockImplementation((_name, doc, _schema, _isSafe, onLost) => {
    const origin = {};
    kept?.(doc, origin);
    lost.push(onLost);
    return Promise.resolve({ origin, loaded: Promise.resolve(mayDraw), forget: () => Promise.resolve() });
  });
  return lost;
}

describe('a note session', () => {
  it('[E1] names its epoch, and keeps its copy under it', async () => {
    keepOnDevice();
    open('first');
    expect(server.socket.url).toContain('&epoch=first');
    await vi.advanceTimersByTimeAsync(0);
    const names = vi.mocked(openLocalCopy).mock.calls.map(([name]) => name);
    expect(names).toEqual(['rollcall/AAAAAAAAAAAAAAAAAAAAAA/first']);
  });

  it('[E1] of another epoch is refused for good, and keeps its text', () => {
    const session = open('first');
    write(session.doc, 'old');
    server.socket.open();
    server.socket.drop(4410, 'This page kept another note that had this address.');
    expect(session.save).toMatchObject({ kind: 'refused', code: 4410 });
    expect(session.fragment.toString()).toBe('old');
  });

  it('asks for its note at the collab address, with schema version and the wish for receipts', () => {
    open();
    expect(server.socket.url).toBe('ws://test/collab/AAAAAAAAAAAAAAAAAAAAAA?schema=3&rollcall=1');
  });

  it('is ready when the server’s state has come', () => {
    write(server.doc, 'Hello');
    const session = open();
    expect([session.ready, session.synced, session.status]).toEqual([false, false, 'connecting']);
    server.welcome();
    expect([session.ready, session.synced, session.status]).toEqual([true, true, 'connected']);
    expect(session.fragment.length).toBe(1);
  });

  it('is ready without the server when this device has kept a text, not when it kept nothing', async () => {
    keepOnDevice();
    const empty = open();
    await vi.advanceTimersByTimeAsync(0);
    expect([empty.localLoaded, empty.ready]).toEqual([true, false]);
    keepOnDevice((doc, origin) => doc.transact(() => write(doc, 'Kept'), origin));
    const kept = open();
    await vi.advanceTimersByTimeAsync(0);
    expect([kept.localLoaded, kept.ready, kept.synced]).toEqual([true, true, false]);
  });

  it('is not ready with a text kept by a newer page: drawing it would delete what is unknown here', async () => {
    keepOnDevice((doc, origin) => doc.transact(() => write(doc, 'Newer'), origin), false);
    const session = open();
    await vi.advanceTimersByTimeAsync(0);
    expect([session.localLoaded, session.ready]).toEqual([true, false]);
  });
});

describe('a copy with a hole, as a full device may have kept it', () => {
  it('[S6] sends what fits, and nothing that does not', async () => {
    const written: Uint8Array[] = [];
    const earlier = new Y.Doc();
    earlier.on('update', (update) => written.push(update));
    for (const text of ['Kept', 'Lost', 'Behind it']) write(earlier, text);
    keepOnDevice((doc, origin) => {
      for (const update of [written[0]!, written[2]!]) Y.applyUpdate(doc, update, origin);
    });
    const session = open();
    await vi.advanceTimersByTimeAsync(0);
    server.welcome();
    server.acknowledge();
    expect(server.doc.getXmlFragment('default').toString()).toBe('Kept');
    expect(server.doc.store.pendingStructs).toBeNull();
    expect(session.save).toEqual({ kind: 'saved' });
    Y.applyUpdate(session.doc, written[1]!);
    expect(session.fragment.toString()).toBe('KeptLostBehind it');
  });
});

describe('the save sign', () => {
  it('says saved only after the receipt for our half of the first exchange', () => {
    const session = open();
    expect(session.save.kind).toBe('saving');
    server.welcome();
    expect(session.save).toMatchObject({ kind: 'saving', frames: 1 });
    server.acknowledge();
    expect(session.save).toEqual({ kind: 'saved' });
  });

  it('counts changes under way until their receipt', () => {
    const session = openSaved();
    write(session.doc, 'a');
    write(session.doc, 'b');
    expect(session.save).toMatchObject({ kind: 'saving', frames: 2 });
    server.answer();
    server.acknowledge(2);
    expect(session.save).toMatchObject({ kind: 'saving', frames: 1 });
    server.acknowledge();
    expect(session.save).toEqual({ kind: 'saved' });
  });

  it('does not count what comes from the server', () => {
    const session = openSaved();
    write(server.doc, 'theirs');
    server.welcome();
    server.acknowledge();
    expect(session.save).toEqual({ kind: 'saved' });
  });

  it('says offline at once when the socket ends, and that nothing is kept where nothing can be', () => {
    const session = openSaved();
    server.socket.drop();
    expect(session.save).toEqual({ kind: 'offline', kept: false, unsaved: false });
    write(session.doc, 'x');
    expect(session.save).toEqual({ kind: 'offline', kept: false, unsaved: true });
  });

  it('never says saved for what is written while the socket closes, which takes nothing any more', () => {
    const session = openSaved();
    expect(session.save.kind).toBe('saved');
    server.socket.readyState = 2;
    write(session.doc, 'late');
    expect(session.save).toEqual({ kind: 'offline', kept: false, unsaved: true });
    server.socket.drop(1012);
    expect(session.save).toEqual({ kind: 'offline', kept: false, unsaved: true });
  });

  it('says kept while the device keeps, and no longer when it cannot', async () => {
    const lost = keepOnDevice();
    const session = openSaved();
    await vi.advanceTimersByTimeAsync(0);
    server.socket.drop();
    expect(session.save).toMatchObject({ kind: 'offline', kept: true });
    lost[0]!();
    expect(session.save).toMatchObject({ kind: 'offline', kept: false });
  });

  it('keeps as unsaved what a lost connection left unanswered, until a new one has answered', async () => {
    const session = openSaved();
    write(session.doc, 'x');
    server.socket.drop();
    expect(session.save).toMatchObject({ unsaved: true });
    await vi.advanceTimersByTimeAsync(300);
    expect(server.sockets).toHaveLength(2);
    expect(session.save.kind).toBe('offline');
    server.welcome();
    expect(session.save.kind).toBe('saving');
    server.acknowledge();
    expect(session.save).toEqual({ kind: 'saved' });
    expect(server.doc.getXmlFragment('default').length).toBe(1);
    server.socket.drop();
    expect(session.save).toMatchObject({ unsaved: false });
  });

  it('says offline after eight seconds without an acknowledgement, then tries another socket', async () => {
    const session = openSaved();
    write(session.doc, 'x');
    await vi.advanceTimersByTimeAsync(7999);
    expect(session.save.kind).toBe('saving');
    await vi.advanceTimersByTimeAsync(1);
    expect(session.save).toMatchObject({ kind: 'offline', unsaved: true });
    await vi.advanceTimersByTimeAsync(3000);
    expect(server.sockets).toHaveLength(2);
  });

  it('says read-only with the reason, and live again', () => {
    const session = openSaved();
    server.notice('{"kind":"read-only","reason":"The disk is full."}');
    expect(session.save).toEqual({ kind: 'read-only', reason: 'The disk is full.' });
    expect(session.writable).toBe(false);
    server.notice('not json');
    server.notice('null');
    expect(session.writable).toBe(false);
    server.notice('{"kind":"live"}');
    expect(session.save).toEqual({ kind: 'saved' });
    server.deny('Only its maker may write.');
    expect(session.save).toEqual({ kind: 'read-only', reason: 'Only its maker may write.' });
  });

  it('says refused after a final close, and tries no more', async () => {
    const session = open();
    server.socket.open();
    server.socket.drop(4404, 'no such note');
    expect(session.save).toEqual({ kind: 'refused', code: 4404, reason: 'no such note' });
    await vi.advanceTimersByTimeAsync(10_000);
    window.dispatchEvent(new Event('online'));
    expect(server.sockets).toHaveLength(1);
  });
});

describe('waking up', () => {
  it('drops a socket that does not answer within two seconds, and connects at once', async () => {
    openSaved();
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(1999);
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(server.sockets).toHaveLength(2);
  });

  it('waits no longer because a letter was just getting out', async () => {
    openSaved();
    server.socket.bufferedAmount = 40;
    window.dispatchEvent(new Event('online'));
    await vi.advanceTimersByTimeAsync(1);
    server.socket.bufferedAmount = 0;
    await vi.advanceTimersByTimeAsync(2249);
    expect(server.sockets).toHaveLength(2);
  });

  it('notices that the device slept by the time that is gone, and asks', async () => {
    openSaved();
    const { length } = server.socket.sent;
    await vi.advanceTimersByTimeAsync(5000);
    expect(server.socket.sent).toHaveLength(length);
    vi.setSystemTime(Date.now() + 10_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.socket.sent).toHaveLength(length + 1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.sockets).toHaveLength(2);
  });

  it('keeps a socket that answers', async () => {
    const session = openSaved();
    window.dispatchEvent(new Event('online'));
    server.answer();
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.sockets).toHaveLength(1);
    expect(session.save).toEqual({ kind: 'saved' });
  });

  it('does not wait for the next try when the network comes back', async () => {
    openSaved();
    server.socket.drop();
    window.dispatchEvent(new Event('online'));
    expect(server.sockets).toHaveLength(2);
  });
});

describe('a connection that looks open and is dead', () => {
  it('is given up after eight seconds of silence and two of asking, also while somebody goes on writing', async () => {
    const session = openSaved();
    write(session.doc, 'Into the void');
    await vi.advanceTimersByTimeAsync(7990);
    // The timer is late by a letter: the page is busy.
    vi.setSystemTime(Date.now() + 20);
    write(session.doc, ' and on');
    expect(session.save.kind).toBe('offline');
    await vi.advanceTimersByTimeAsync(2000);
    expect(server.sockets).toHaveLength(2);
  });

  it('is asked once for each silence: a server that answers and cannot save is not asked with each letter', async () => {
    const session = openSaved();
    write(session.doc, 'Held');
    await vi.advanceTimersByTimeAsync(8000);
    const questions = () => server.socket.sent.filter((frame) => frame[0] === 0 && frame[1] === 0).length;
    const asked = questions();
    for (let letter = 0; letter < 20; letter++) {
      server.answer();
      write(session.doc, 'x');
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(questions()).toBe(asked);
    expect(server.sockets).toHaveLength(1);
  });
});

describe('a slow network', () => {
  it('has its time while what is sent grows less, and no longer', async () => {
    const session = openSaved();
    server.socket.bufferedAmount = 4_000_000;
    write(session.doc, 'a large paste');
    for (let second = 0; second < 40; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      server.socket.bufferedAmount -= 100_000;
    }
    expect(server.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(server.sockets).toHaveLength(2);
  });

  it('gets a note that takes longer to come than a note usually does', async () => {
    open();
    const comesAfterMs = 25_000;
    const endAt = Date.now() + 120_000;
    for (let met = 0; Date.now() < endAt;) {
      if (server.sockets.length > met) {
        met = server.sockets.length;
        const { socket } = server;
        socket.open();
        setTimeout(() => socket === server.socket && server.welcome(), comesAfterMs);
      }
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(sessions[0]!.ready).toBe(true);
  });
});

describe('leaving the page', () => {
  const leave = () => {
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };

  it('is questioned only while something is neither on the server nor on this device', async () => {
    const session = openSaved();
    expect(leave()).toBe(false);
    write(session.doc, 'x');
    expect(leave()).toBe(true);
    server.answer();
    server.acknowledge();
    expect(leave()).toBe(false);
    session.close();
    keepOnDevice();
    const kept = openSaved();
    await vi.advanceTimersByTimeAsync(0);
    write(kept.doc, 'y');
    expect(leave()).toBe(false);
  });
});

describe('presence', () => {
  it('tells the server of this session only, whatever comes from others', () => {
    const session = openSaved();
    server.introduce('b', 'Bo');
    session.awareness.setLocalStateField('cursor', { anchor: 1 });
    expect(new Set(server.presenceSent())).toEqual(new Set([session.doc.clientID]));
  });

  it('passes on the renewals that keep it alive while nothing changes', () => {
    const session = openSaved();
    const before = server.presenceSent().length;
    session.awareness.setLocalState(session.awareness.getLocalState());
    expect(server.presenceSent().length).toBe(before + 1);
  });

  it('lists who is here, at most five times a second', async () => {
    const session = openSaved();
    server.introduce('b', 'Bo');
    server.introduce('a', 'Al');
    expect(session.people.map(({ name }) => name)).toEqual(['Ada']);
    await vi.advanceTimersByTimeAsync(200);
    expect(session.people.map(({ name }) => name)).toEqual(['Ada', 'Al', 'Bo']);
    session.me = { personId: 'me', name: 'Ada L.' };
    expect(session.people[0]!.name).toBe('Ada L.');
  });

  it('forgets the others when the connection goes', async () => {
    const session = openSaved();
    server.introduce('b', 'Bo');
    await vi.advanceTimersByTimeAsync(200);
    server.socket.drop();
    await vi.advanceTimersByTimeAsync(200);
    expect(session.people.map(({ name }) => name)).toEqual(['Ada']);
  });
});

describe('the roll', () => {
  it('gives one block’s rows and follows the note', () => {
    const session = openSaved();
    const seen: string[][] = [];
    const stop = $effect.root(() => {
      $effect(() => {
        seen.push([...session.rollOf('r1').keys()]);
      });
    });
    flushSync();
    const roll = session.doc.getMap('roll');
    roll.set('r1/ada', { name: 'Ada' });
    roll.set('r10/bo', { name: 'Bo' });
    flushSync();
    stop();
    expect(seen).toEqual([[], ['ada']]);
    expect(session.rollOf('r10').get('bo')).toEqual({ name: 'Bo' });
  });
});
