// One hostile peer in a room of honest ones. Whatever it sends: the server lives, the others go on, a newcomer gets
// everything, and what is on disk is what they see.
import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { sizeLimits } from '../../../server/sync/note-size.ts';
import { writeAwareness, writeStep1, writeStep2, writeUpdate } from '../../../server/sync/protocol.ts';
import { settle } from '../../support/clock.ts';
import { exchange, Peer, person } from '../../support/peer.ts';
import { createRandom } from '../../support/random.ts';
import { createFrailStorage, createTestRooms, noteId, textUpdate } from '../../support/rooms.ts';
import * as raw from '../../support/yjs-bytes.ts';

const megabyte = 1024 * 1024;
const body = { root: 'default' } as const;

async function meeting() {
  const storage = createFrailStorage();
  const made = createTestRooms(storage);
  await made.rooms.create(noteId, textUpdate('Hello'), []);
  const [ana, ben, mallory] = [new Peer(1), new Peer(2), new Peer(66)];
  for (const peer of [ana, ben, mallory]) await peer.connect(made.rooms, noteId);
  await exchange(made.clock, ana, ben, mallory);
  ana.sendPresence({ cursor: null }, 1);
  ana.text.insert(5, ' from Ana');
  await exchange(made.clock, ana, ben, mallory);
  return { ...made, storage, ana, ben, mallory, me: mallory.doc.clientID, victim: ana.doc.clientID };
}
type Meeting = Awaited<ReturnType<typeof meeting>>;

/** The next clock of a Yjs id, as the hostile peer knows it. */
const nextOf = ({ mallory }: Meeting, peer: number) => Y.getState(mallory.doc.store, peer);
const serverIdOf = ({ mallory, victim }: Meeting) =>
  [...mallory.doc.store.clients.keys()].find((peer) => peer !== victim)!;

/** Anybody honest goes on, and everybody agrees: peers, a newcomer, the disk. */
async function expectHarmless({ rooms, clock, storage, ana, ben }: Meeting): Promise<void> {
  ana.text.insert(0, 'A');
  ben.text.insert(ben.text.length, 'B');
  const newcomer = new Peer(9);
  await newcomer.connect(rooms, noteId);
  await exchange(clock, ana, ben, newcomer);
  expect(ana.text.toJSON()).toMatch(/^A.*Hello from Ana.*B$/s);
  for (const peer of [ben, newcomer]) {
    expect(peer.text.toJSON() === ana.text.toJSON()).toBe(true);
    expect(Y.encodeStateVector(peer.doc)).toEqual(Y.encodeStateVector(ana.doc));
  }
  for (const peer of [ana, ben]) {
    expect(peer.socket.closed).toBeNull();
    expect(peer.receipts.at(-1)).toBe(peer.sent);
    expect(peer.doc.store.pendingStructs).toBeNull();
  }
  expect(newcomer.presence.get(ana.doc.clientID)?.state).toEqual({ user: person(1), cursor: null });
  expect(newcomer.presence.size).toBeLessThanOrEqual(2);
  expect(JSON.stringify(ana.doc.getMap('roll').toJSON())).toBe('{}');
  const { rooms: again } = createTestRooms(storage);
  const kept = await again.read(noteId, (doc) => doc.getText('default').toJSON());
  expect(kept!.value === ana.text.toJSON()).toBe(true);
}

const bytes = (write: (encoder: encoding.Encoder) => void) => encoding.encode(write);
const update = (...of: Parameters<typeof raw.writtenUpdate>) => writeUpdate(raw.writtenUpdate(...of));
const changed = (write: (doc: Y.Doc) => void) => {
  const doc = new Y.Doc();
  write(doc);
  return Y.encodeStateAsUpdate(doc);
};
const awareness = (peer: number, state: string, clock = 7) => writeAwareness([{ peer, clock, state }]);
const honest = () => changed((doc) => doc.getText('default').insert(0, 'Good day'));
const repeat = (count: number, frame: Uint8Array) => Array.from({ length: count }, () => frame);

type Attack = [what: string, code: number | null, frames: (meeting: Meeting) => Uint8Array | Uint8Array[]];

const grammar: Attack[] = [
  ['an empty frame', 4400, () => new Uint8Array()],
  ['a message type nobody knows', 4400, () => Uint8Array.of(99)],
  ["y-websocket's auth message", 4400, () => Uint8Array.of(2, 0, 0)],
  ['a sync type nobody knows', 4400, () => Uint8Array.of(0, 3, 0)],
  ['a receipt, which only the server writes', 4400, () => Uint8Array.of(4, 200, 1)],
  ['a denial, which only the server writes', 4400, () => Uint8Array.of(5, 1, 0)],
  ['a notice, which only the server writes', 4400, () => Uint8Array.of(6, 2, 123, 125)],
  ['a number too large to be one', 4400, () => new Uint8Array(12).fill(255)],
  ['a number that never ends', 4400, () => new Uint8Array(megabyte).fill(255)],
  ['an update longer than its frame', 4400, () => Uint8Array.of(0, 2, 200, 1, 0, 0)],
  ['a length of 2^53', 4400, () => Uint8Array.of(0, 2, 255, 255, 255, 255, 255, 255, 255, 15)],
  ['a byte behind the message', 4400, () => Uint8Array.of(...writeUpdate(honest()), 0)],
  [
    'two messages in one frame',
    4400,
    () => Uint8Array.of(...writeUpdate(honest()), ...writeUpdate(honest())),
  ],
  ['noise', 4400, () => createRandom(5).bytes(1000)],
  ['5 MiB', 4413, () => new Uint8Array(5 * megabyte)],
  ['64 MiB', 4413, () => new Uint8Array(64 * megabyte)],
];

const shapes: Attack[] = [
  ['an update of no bytes', 4400, () => writeUpdate(new Uint8Array())],
  ['a truncated update', 4400, () => writeUpdate(honest().slice(0, -3))],
  ['an update with bytes behind it', 4400, () => writeUpdate(Uint8Array.of(...honest(), 1, 2, 3))],
  ['an update of version 2', 4400, () => writeUpdate(Y.convertUpdateFormatV1ToV2(honest()))],
  ['an answer that is none', 4400, () => writeStep2(Uint8Array.of(1, 2, 3))],
  [
    'a thousand million structs announced',
    4400,
    () => writeUpdate(Uint8Array.of(1, 255, 255, 255, 255, 3, 1, 0)),
  ],
  [
    'a thousand million peers announced',
    4400,
    () => writeUpdate(Uint8Array.of(255, 255, 255, 255, 3, 1, 1, 0)),
  ],
  [
    'a thousand million deletions announced',
    4400,
    () => writeUpdate(Uint8Array.of(0, 1, 1, 255, 255, 255, 255, 3)),
  ],
  ['a content type nobody knows', 4400, () => writeUpdate(Uint8Array.of(1, 1, 5, 0, 15, 0, 0))],
  [
    'a string that ends too early',
    4400,
    () => writeUpdate(Uint8Array.of(1, 1, 5, 0, 4, 1, 1, 97, 100, 98, 0)),
  ],
  [
    'a document in the document',
    4400,
    () => writeUpdate(changed((doc) => doc.getMap('default').set('a', new Y.Doc()))),
  ],
  ['a struct of length 0', 4400, ({ me }) => update([{ peer: me, clock: 0, structs: [raw.gone(0)] }])],
  [
    'two runs of one peer',
    4400,
    ({ me }) =>
      update([0, 1].map((clock) => ({ peer: me, clock: clock * 5, structs: [raw.text(body, 'a')] }))),
  ],
  [
    'a lower peer before a higher one, which merging would leave out',
    4400,
    ({ me }) => update([0, 1].map((own) => ({ peer: me + own, clock: 0, structs: [raw.text(body, 'a')] }))),
  ],
  [
    'a character behind its own future',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.text({ behind: [me, 50] }, 'a')] }]),
  ],
  [
    'a character before itself',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.text({ before: [me, 0] }, 'a')] }]),
  ],
  [
    'a node inside itself',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.node({ node: [me, 0] })] }]),
  ],
  ['two characters each right of the other', 4400, ({ me }) => writeUpdate(raw.circle(me + 1, me))],
  [
    'two nodes each inside the other',
    4413,
    ({ me }) =>
      update([
        { peer: me + 1, clock: 0, structs: [raw.node({ node: [me, 0] })] },
        { peer: me, clock: 0, structs: [raw.node({ node: [me + 1, 0] })] },
      ]),
  ],
  [
    'a node inside a character',
    null,
    (m) => update([{ peer: m.me, clock: 0, structs: [raw.node({ node: [m.victim, 0] })] }]),
  ],
  ['nodes nested 20,000 deep', 4413, ({ me }) => update([raw.nested(me, 20_000)])],
  ['nodes nested 121 deep', 4413, ({ me }) => update([raw.nested(me, 121)])],
  ['nodes nested 120 deep, which readers stand', null, ({ me }) => update([raw.nested(me, 120)])],
  [
    'nodes nested one by one, a frame each',
    4413,
    ({ me }) =>
      raw.nested(me, 200).structs.map((struct, clock) => update([{ peer: me, clock, structs: [struct] }])),
  ],
  [
    'nodes nested by two ids in turn',
    4413,
    ({ me }) =>
      update(
        [1, 0].map((own) => ({
          peer: me + own,
          clock: 0,
          structs: Array.from({ length: 100 }, (_, n) =>
            raw.node(own === 0 ? (n === 0 ? body : { node: [me + 1, n - 1] }) : { node: [me, n] }),
          ),
        })),
      ),
  ],
  [
    'a chain of nodes that says only what it is behind',
    4413,
    ({ me }) => {
      const { structs } = raw.nested(me, 119);
      const deep = [
        raw.text({ node: [me, 118] }, 'x'),
        raw.node({ behind: [me, 119] }),
        raw.node({ node: [me, 120] }),
      ];
      return update([{ peer: me, clock: 0, structs: [...structs, ...deep] }]);
    },
  ],
  [
    '300,000 tiny items',
    4413,
    ({ me }) =>
      update([{ peer: me, clock: 0, structs: Array<raw.WrittenStruct>(300_000).fill(raw.gone(1)) }]),
  ],
  [
    'a million tiny items',
    4413,
    ({ me }) =>
      update([{ peer: me, clock: 0, structs: Array<raw.WrittenStruct>(1e6).fill(raw.text(body, 'x')) }]),
  ],
  [
    'a million deleted ranges',
    4413,
    () =>
      writeUpdate(
        bytes((encoder) => {
          for (const number of [0, 1, 5, 1_000_000]) encoding.writeVarUint(encoder, number);
          for (let n = 0; n < 1_000_000; n++)
            for (const number of [2 * n, 1]) encoding.writeVarUint(encoder, number % 128);
        }),
      ),
  ],
  [
    'a thousand attributes on one node',
    4413,
    ({ me }) => {
      const attributes = Array.from({ length: 1000 }, (_, n) =>
        raw.attribute({ node: [me, 0] }, `a${n}`, ''),
      );
      return update([{ peer: me, clock: 0, structs: [raw.node(body), ...attributes] }]);
    },
  ],
  [
    'a thousand attributes on one node, a frame each',
    4413,
    ({ me }) => [
      update([{ peer: me, clock: 0, structs: [raw.node(body)] }]),
      ...Array.from({ length: 1000 }, (_, n) =>
        update([{ peer: me, clock: n + 1, structs: [raw.attribute({ node: [me, 0] }, `a${n}`, '')] }]),
      ),
    ],
  ],
  [
    'an attribute whose name is a book',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.attribute(body, 'x'.repeat(megabyte), '')] }]),
  ],
  [
    'an attribute of 3 MB',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.attribute(body, 'x', 'x'.repeat(3e6))] }]),
  ],
  [
    'a node whose name is a book',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.node(body, 'x'.repeat(megabyte))] }]),
  ],
  [
    'a mark whose name is a book',
    4400,
    () => writeUpdate(changed((doc) => doc.getText('default').insert(0, 'a', { ['x'.repeat(1000)]: true }))),
  ],
  ['a value nested 20,000 deep', 4400, () => writeUpdate(deepValue(20_000))],
  ['a value nested 40 deep', 4400, () => writeUpdate(deepValue(40))],
  [
    'a mark whose value is nested 20,000 deep',
    4400,
    () => writeUpdate(deepMark('['.repeat(20_000) + ']'.repeat(20_000))),
  ],
  ['a mark whose value is no JSON', 4400, () => writeUpdate(deepMark('{"a'))],
];

const clocks: Attack[] = [
  [
    'its own clock, 1,000 ahead',
    null,
    ({ me }) => update([{ peer: me, clock: 1000, structs: [raw.text(body, 'x')] }]),
  ],
  [
    'its own clock ahead, again and again',
    1011,
    ({ me }) =>
      repeat(30, update([{ peer: me, clock: 1000, structs: [raw.text(body, 'x')] }])).flatMap((frame) => [
        frame,
        writeStep2(Uint8Array.of(0, 0)),
      ]),
  ],
  [
    'a clock of 2^45',
    4400,
    ({ me }) => update([{ peer: me, clock: 2 ** 45, structs: [raw.text(body, 'x')] }]),
  ],
  [
    'a run of 2^40 gone clocks',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.gone(2 ** 40 + 1)] }]),
  ],
  [
    'a run of 2^24 gone clocks',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.gone(2 ** 24)] }]),
  ],
  [
    'a run of 2^24 deleted clocks',
    4400,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.deleted(body, 2 ** 24)] }]),
  ],
  [
    'a named hole',
    null,
    ({ me }) => update([{ peer: me, clock: 0, structs: [raw.hole(5), raw.text(body, 'x')] }]),
  ],
  ['deletions of what does not exist', null, (m) => update([], [[m.victim, nextOf(m, m.victim) + 50, 10]])],
  ['deletions up to 2^45', 4400, ({ victim }) => update([], [[victim, 0, 2 ** 45]])],
];

const identity: Attack[] = [
  ["the victim's next clock", 4405, (m) => under(m, m.victim, raw.text(body, 'EVIL'))],
  ["16 bytes that use up the victim's clock", 4405, (m) => under(m, m.victim, raw.gone(2 ** 20))],
  ["2^39 clocks of the victim's", 4405, (m) => under(m, m.victim, raw.gone(2 ** 39))],
  [
    "the victim's clock with a hole before it",
    4405,
    (m) => update([{ peer: m.victim, clock: nextOf(m, m.victim) + 9, structs: [raw.gone(1)] }]),
  ],
  ["the server's next clock", 4405, (m) => under(m, serverIdOf(m), raw.text(body, 'EVIL'))],
  [
    'other words for what the victim has written',
    null,
    ({ victim }) => update([{ peer: victim, clock: 0, structs: [raw.text(body, 'EVILEVIL!')] }]),
  ],
  [
    "other words for what the victim has written, and the victim's next",
    4405,
    ({ victim }) => update([{ peer: victim, clock: 0, structs: [raw.text(body, 'EVILEVILEVILEVIL')] }]),
  ],
  [
    "an answer with the victim's next clock",
    4405,
    (m) => writeStep2(under(m, m.victim, raw.text(body, 'EVIL')).slice(3)),
  ],
  [
    'an id that the victim is shown under, and has not written with',
    4405,
    ({ ben }) => {
      ben.sendPresence({ cursor: null }, 1);
      while (ben.upload());
      return update([{ peer: ben.doc.clientID, clock: 0, structs: [raw.gone(1000)] }]);
    },
  ],
  [
    'ten thousand ids',
    4413,
    ({ me }) =>
      Array.from({ length: 20 }, (_, part) =>
        update(
          Array.from({ length: 500 }, (_, n) => ({
            peer: me + 500 * (part + 1) - n,
            clock: 0,
            structs: [raw.text(body, 'x')],
          })),
        ),
      ),
  ],
  ['another root', 4403, () => writeUpdate(changed((doc) => doc.getMap('meta').set('schema', 99)))],
  [
    "characters in the server's map",
    4403,
    () => writeUpdate(changed((doc) => doc.getText('roll').insert(0, 'x'))),
  ],
  [
    'a forged signature',
    null,
    () => writeUpdate(changed((doc) => doc.getMap('roll').set('a/b', { name: 'Ana' }))),
  ],
];

const vectors: Attack[] = [
  ['a state vector of noise', 4400, () => writeStep1(createRandom(6).bytes(50))],
  ['a state vector without bytes', 4400, () => writeStep1(new Uint8Array())],
  ['a state vector with a million peers', 4400, () => writeStep1(vectorOf(1_000_000))],
  [
    'a thousand million peers announced in a state vector',
    4400,
    () => writeStep1(Uint8Array.of(255, 255, 255, 255, 3)),
  ],
  [
    'a state vector that has everything already',
    null,
    ({ victim }) => writeStep1(Y.encodeStateVector(new Map([[victim, 2 ** 50]]))),
  ],
  ['a thousand questions', 1008, () => repeat(1000, writeStep1(Uint8Array.of(0)))],
  ['a thousand queries', 1008, () => repeat(1000, Uint8Array.of(3))],
];

const presence: Attack[] = [
  ['200,000 ghosts in one frame', 4400, () => writeAwareness(ghosts(200_000))],
  ['5,000 ghosts in one frame', null, () => writeAwareness(ghosts(5000))],
  ['5,000 ghosts, a frame each', null, () => ghosts(4000).map((ghost) => writeAwareness([ghost]))],
  [
    'ghosts that come and go',
    null,
    () =>
      ghosts(2000).flatMap((ghost) => [
        writeAwareness([ghost]),
        writeAwareness([{ ...ghost, state: 'null', clock: 9 }]),
      ]),
  ],
  [
    "the victim's caret",
    null,
    ({ victim }) => awareness(victim, '{"cursor":null,"user":{"name":"Fool"}}', 99),
  ],
  ["the victim's farewell", null, ({ victim }) => awareness(victim, 'null', 99)],
  ['a clock that ends all clocks', 4400, ({ me }) => awareness(me, '{}', 2 ** 53 - 1)],
  ['a state that is no JSON', 4400, ({ me }) => awareness(me, '{"cursor":')],
  ['a state nested 20,000 deep', 4400, ({ me }) => awareness(me, '['.repeat(20_000) + ']'.repeat(20_000))],
  [
    'a state nested as deep as its size allows',
    null,
    ({ me }) => awareness(me, '['.repeat(8000) + ']'.repeat(8000)),
  ],
  ['a state of a megabyte', 4400, ({ me }) => awareness(me, JSON.stringify({ user: 'x'.repeat(megabyte) }))],
  [
    'a cursor of 10 kB',
    4400,
    ({ me }) => awareness(me, JSON.stringify({ cursor: { anchor: { tname: 'x'.repeat(10_000) } } })),
  ],
  [
    'a state that would be a prototype',
    null,
    ({ me }) => awareness(me, '{"__proto__":{"cursor":1},"cursor":null}'),
  ],
  ['a truncated presence', 4400, ({ me }) => Uint8Array.of(1, ...awareness(me, '{}').slice(1, -2))],
  ['presence with bytes behind it', 4400, () => Uint8Array.of(1, 3, 0, 1, 2)],
];

const floods: Attack[] = [
  ['10,000 frames at once', 1008, () => repeat(10_000, writeUpdate(Uint8Array.of(0, 0)))],
  [
    '4,000 edits at once',
    null,
    ({ me }) =>
      Array.from({ length: 4000 }, (_, clock) =>
        update([{ peer: me, clock, structs: [raw.text(body, 'x')] }]),
      ),
  ],
  [
    'three million parts',
    1008,
    ({ me }) =>
      repeat(
        40,
        update([{ peer: me, clock: 0, structs: Array<raw.WrittenStruct>(90_000).fill(raw.gone(1)) }]),
      ),
  ],
  [
    '12 MB that wait for a tick',
    1013,
    ({ me }) =>
      [0, 1, 2, 3].map((n) =>
        update([{ peer: me, clock: n * 3e6, structs: [raw.text(body, 'x'.repeat(3e6))] }]),
      ),
  ],
  [
    'more bytes than a note may have',
    4413,
    ({ me }) =>
      [0, 1].map((n) => update([{ peer: me, clock: n * 3e6, structs: [raw.text(body, 'x'.repeat(3e6))] }])),
  ],
];

describe.each([
  ['[S5] grammar', grammar],
  ['[S5] shapes', shapes],
  ['[S5] [S6] clocks', clocks],
  ['[I1] [I2] [I3] [S8] identity', identity],
  ['[S1] state vectors', vectors],
  ['[P1] [P2] presence', presence],
  ['[L1] [Z1] floods', floods],
])('%s', (_subject, attacks) => {
  test.each(attacks)('%s (ends with %s) harms nobody else', async (_what, code, frames) => {
    const room = await meeting();
    const { mallory, clock, ana, ben } = room;
    const made = frames(room);
    for (const frame of Array.isArray(made) ? made : [made]) mallory.session!.receive(frame);
    await exchange(clock, ana, ben);
    expect(mallory.socket.closed?.code ?? null).toBe(code);
    await expectHarmless(room);
  });
});

/** The update that continues `peer` with one struct. */
function under(room: Meeting, peer: number, struct: raw.WrittenStruct): Uint8Array {
  return update([{ peer, clock: nextOf(room, peer), structs: [struct] }]);
}

const ghosts = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ peer: 1000 + n, clock: 1, state: '{}' }));

const vectorOf = (length: number) =>
  bytes((encoder) => {
    encoding.writeVarUint(encoder, length);
    for (let n = 0; n < length; n++)
      for (const number of [n % 128, 1]) encoding.writeVarUint(encoder, number);
  });

/** An attribute whose value is arrays inside arrays, as lib0 writes any value. */
function deepValue(depth: number): Uint8Array {
  return raw.writtenUpdate([
    {
      peer: 77,
      clock: 0,
      structs: [
        (encoder) => {
          encoder.writeInfo(8);
          encoder.writeParentInfo(true);
          encoder.writeString('default');
          encoder.writeLen(1);
          for (let n = 0; n < depth; n++)
            encoding.writeUint8Array(encoder.restEncoder, Uint8Array.of(117, 1));
          encoding.writeUint8(encoder.restEncoder, 126);
        },
      ],
    },
  ]);
}

function deepMark(json: string): Uint8Array {
  return raw.writtenUpdate([
    {
      peer: 77,
      clock: 0,
      structs: [
        (encoder) => {
          encoder.writeInfo(6);
          encoder.writeParentInfo(true);
          encoder.writeString('default');
          encoder.writeString('bold');
          encoder.writeString(json);
        },
      ],
    },
  ]);
}

describe('an honest change in the same tick as a hostile one', () => {
  /** `write` gathers what the next tick takes: the one before waits for the disk. */
  async function inOneTick({ storage, clock, ana, ben }: Meeting, write: () => void): Promise<void> {
    storage.hold();
    ana.text.insert(0, 'A');
    ana.upload();
    await settle();
    write();
    storage.release();
    await exchange(clock, ana, ben);
  }

  test('[S5] is not out of room for attributes because of one that was turned away', async () => {
    const made = await meeting();
    const { ana, ben, mallory, clock, me, victim } = made;
    const at = Y.getState(ana.doc.store, victim);
    ana.text.insertEmbed(0, new Y.XmlElement('paragraph'));
    await exchange(clock, ana, ben, mallory);
    const { insert } = (ben.text.toDelta() as { insert: Y.XmlElement }[])[0]!;
    const many = Array.from({ length: 201 }, (_, n) => raw.attribute({ node: [victim, at] }, `a${n}`, '1'));
    await inOneTick(made, () => {
      mallory.session!.receive(update([{ peer: me, clock: 0, structs: many }]));
      insert.setAttribute('align', 'left');
      ben.upload();
    });
    expect([mallory.socket.closed?.code, ben.socket.closed]).toEqual([4413, null]);
    expect(ben.receipts.at(-1)).toBe(ben.sent);
  });

  test('[Z1] is not out of room in the note because of one that cannot be applied', async () => {
    const made = await meeting();
    const { ana, ben, mallory, clock, me } = made;
    for (let n = 0; n < 2; n++) {
      ana.text.insert(5, 'x'.repeat(megabyte));
      await exchange(clock, ana, ben, mallory);
    }
    const left = sizeLimits.maxNoteBytes - Y.encodeStateAsUpdate(ana.doc).length;
    const filler = raw.text(body, 'x'.repeat(left - 1000));
    const impossible = raw.writtenUpdate([
      { peer: me, clock: 0, structs: [raw.text({ behind: [me + 1, 0] }, 'z'), filler] },
      { peer: me + 1, clock: 0, structs: [raw.text({ behind: [me, 0] }, 'z')] },
    ]);
    await inOneTick(made, () => {
      mallory.session!.receive(writeUpdate(impossible));
      ben.text.insert(0, 'B'.repeat(10_000));
      ben.upload();
    });
    expect([mallory.socket.closed?.code, ben.socket.closed]).toEqual([4400, null]);
    expect(ben.receipts.at(-1)).toBe(ben.sent);
    expect(ana.text.toJSON() === ben.text.toJSON()).toBe(true);
  });
});
