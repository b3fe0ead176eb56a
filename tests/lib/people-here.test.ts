import { describe, expect, it } from 'vitest';
import { colourOf } from '../../src/core/person.ts';
import { listPeople } from '../../src/lib/people-here.ts';
import type { PresenceState } from '../../src/lib/people-here.ts';

const me = { personId: 'me', name: 'Ada' };
const list = (states: [number, PresenceState][], previous: ReturnType<typeof listPeople> = []) =>
  listPeople(new Map(states), 1, me, previous);
const session = (id: string, name: string, cursor: unknown = null): PresenceState => ({
  user: { id, name, colour: '#123456' },
  cursor,
});

describe('the people in a note', () => {
  it('always hold oneself, introduced by the server or not', () => {
    expect(list([[1, {}]])).toEqual([
      { personId: 'me', name: 'Ada', colour: colourOf('me'), isMe: true, hasCaret: false, sessions: 1 },
    ]);
  });

  it('are one entry each, however many sessions they have', () => {
    const people = list([
      [1, {}],
      [2, session('b', 'Bo')],
      [3, session('b', 'Bo', { anchor: {} })],
      [4, session('me', 'Ada')],
    ]);
    expect(people.map(({ personId, sessions, hasCaret }) => [personId, sessions, hasCaret])).toEqual([
      ['me', 2, false],
      ['b', 2, true],
    ]);
  });

  it('keep their places while others come and go; newcomers come last, by name', () => {
    const before = list([
      [1, {}],
      [2, session('z', 'Zoe')],
      [3, session('c', 'Cy')],
    ]);
    const after = list(
      [
        [9, session('b', 'Bo')],
        [8, session('a', 'Al')],
        [2, session('z', 'Zoe')],
        [1, {}],
      ],
      before,
    );
    expect(before.map(({ personId }) => personId)).toEqual(['me', 'c', 'z']);
    expect(after.map(({ personId }) => personId)).toEqual(['me', 'z', 'a', 'b']);
  });

  it('leave out sessions without an introduction, and colours that are none', () => {
    const people = list([
      [1, {}],
      [2, {}],
      [3, { user: { id: 7 } }],
      [4, { user: { id: 'b', name: 3, colour: 'url(x)' } }],
    ]);
    expect(people.slice(1)).toEqual([
      { personId: 'b', name: '', colour: colourOf('b'), isMe: false, hasCaret: false, sessions: 1 },
    ]);
  });
});
