import { describe, expect, it } from 'vitest';
import { nextChangeIn, silenceMs, toSaveState, wouldLose } from '../../src/lib/save-state.ts';
import type { SaveFacts, SaveState } from '../../src/lib/save-state.ts';

const now = 100_000;
const answered: SaveFacts = {
  now,
  socket: 'open',
  synced: true,
  sent: 3,
  onDisk: 3,
  waitingSince: null,
  unsaved: false,
  kept: true,
  readOnly: null,
  refused: null,
};
const waiting = { sent: 5, onDisk: 3, waitingSince: now - 1000 };

const table: [string, Partial<SaveFacts>, SaveState][] = [
  ['everything sent is on disk', {}, { kind: 'saved' }],
  ['a frame is under way', waiting, { kind: 'saving', frames: 2, since: now - 1000 }],
  ['the server’s state has not come', { synced: false }, { kind: 'saving', frames: 0, since: now }],
  [
    'the server has not asked for our half',
    { sent: 0, onDisk: 0 },
    { kind: 'saving', frames: 0, since: now },
  ],
  [
    'the first connection is being made',
    { socket: 'opening', synced: false, sent: 0, onDisk: 0, waitingSince: now - 10 },
    { kind: 'saving', frames: 0, since: now - 10 },
  ],
  [
    'the first connection takes too long',
    { socket: 'opening', synced: false, sent: 0, onDisk: 0, waitingSince: now - silenceMs },
    { kind: 'offline', kept: true, unsaved: false },
  ],
  ['the socket is gone', { socket: 'gone' }, { kind: 'offline', kept: true, unsaved: false }],
  [
    'something was written offline',
    { socket: 'gone', unsaved: true },
    { kind: 'offline', kept: true, unsaved: true },
  ],
  [
    'frames were lost with the socket',
    { socket: 'gone', ...waiting },
    { kind: 'offline', kept: true, unsaved: true },
  ],
  [
    'the device keeps nothing',
    { socket: 'gone', kept: false },
    { kind: 'offline', kept: false, unsaved: false },
  ],
  [
    'nothing has been acknowledged for long',
    { ...waiting, waitingSince: now - silenceMs },
    { kind: 'offline', kept: true, unsaved: true },
  ],
  [
    'the note takes no changes',
    { ...waiting, readOnly: 'disk full' },
    { kind: 'read-only', reason: 'disk full' },
  ],
  ['it takes none and gives no reason', { readOnly: '' }, { kind: 'read-only', reason: '' }],
  [
    'the server refused the session for good',
    { socket: 'gone', readOnly: 'x', refused: { code: 4404, reason: 'no such note' } },
    { kind: 'refused', code: 4404, reason: 'no such note' },
  ],
];

describe('the save state', () => {
  it.each(table)('when %s', (_when, facts, state) => {
    expect(toSaveState({ ...answered, ...facts })).toEqual(state);
  });

  it('changes by itself only when an answer has been owed for long', () => {
    expect(nextChangeIn(answered)).toBeNull();
    expect(nextChangeIn({ ...answered, ...waiting })).toBe(silenceMs - 1000);
    expect(nextChangeIn({ ...answered, ...waiting, waitingSince: now - silenceMs })).toBeNull();
    expect(nextChangeIn({ ...answered, ...waiting, socket: 'gone' })).toBeNull();
  });

  it('warns before leaving only what is neither on the server nor on this device', () => {
    expect(wouldLose({ ...answered, kept: false })).toBe(false);
    expect(wouldLose({ ...answered, ...waiting })).toBe(false);
    expect(wouldLose({ ...answered, ...waiting, kept: false })).toBe(true);
    expect(wouldLose({ ...answered, unsaved: true, kept: false })).toBe(true);
  });
});
