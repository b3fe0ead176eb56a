import * as encoding from 'lib0/encoding';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Frontier } from '../../../server/sync/frontier.ts';
import { PeerOwners } from '../../../server/sync/peer-owners.ts';
import type { ExaminedUpdate } from '../../../server/sync/validate.ts';
import { examineUpdate, readStateVector } from '../../../server/sync/validate.ts';
import { person } from '../../support/peer.ts';
import { createRandom } from '../../support/random.ts';

const ana = { person: person(1) };
const nothing = { snapshot: null, updates: [], lastSequence: 0, lastAt: 0 };
const frontierOf = (doc: Y.Doc) => new Frontier(doc, new PeerOwners(nothing));
const admitTo = (doc: Y.Doc, update: ExaminedUpdate) => frontierOf(doc).admit(update, ana).state;

const roots = { open: new Set(['default']), owned: new Set(['roll']) };

/** What `write` changes in a new document. */
function updateOf(write: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  write(doc);
  return Y.encodeStateAsUpdate(doc);
}

const hello = updateOf((doc) => doc.getText('default').insert(0, 'Hello'));
const examined = (bytes: Uint8Array) => {
  const examination = examineUpdate(bytes, roots);
  if ('fault' in examination) throw new RangeError(`The update is ${examination.fault}.`);
  return examination.update;
};

describe('examining an update [S5]', () => {
  test('an honest one is let in', () => {
    expect(examined(hello).isEmpty).toBe(false);
    expect(examined(Uint8Array.of(0, 0)).isEmpty).toBe(true);
  });

  test('every cut and everything behind the end is malformed', () => {
    for (let length = 0; length < hello.length; length++) {
      expect(examineUpdate(hello.slice(0, length), roots)).toEqual({ fault: 'malformed' });
    }
    expect(examineUpdate(Uint8Array.of(...hello, 0), roots)).toEqual({ fault: 'malformed' });
  });

  test.each([
    ['a document in the document', (doc: Y.Doc) => doc.getMap('default').set('a', new Y.Doc())],
    ['a value nested deeper than anybody writes', (doc: Y.Doc) => doc.getMap('default').set('a', nested(40))],
  ])('%s is malformed', (_what, write) => {
    expect(
      examineUpdate(
        updateOf((doc) => void write(doc)),
        roots,
      ),
    ).toEqual({ fault: 'malformed' });
  });

  test('[S8] a root that is not in the list, and anything but keys in an owned one, is forbidden', () => {
    expect(
      examineUpdate(
        updateOf((doc) => doc.getText('other').insert(0, 'a')),
        roots,
      ),
    ).toEqual({ fault: 'forbidden' });
    expect(
      examineUpdate(
        updateOf((doc) => doc.getText('roll').insert(0, 'a')),
        roots,
      ),
    ).toEqual({ fault: 'forbidden' });
    expect(
      examineUpdate(
        updateOf((doc) => doc.getMap('roll').set('a', 1)),
        roots,
      ),
    ).toHaveProperty('update');
  });

  test('mutated updates never throw, and what is let in can be decoded', () => {
    const random = createRandom(7);
    for (let i = 0; i < 3000; i++) {
      const bytes = hello.slice();
      for (let n = random.below(4); n >= 0; n--) bytes[random.below(bytes.length)] = random.below(256);
      const examination = examineUpdate(bytes, roots);
      if ('update' in examination) Y.decodeUpdate(bytes);
    }
  });
});

describe('fitting an update on the document', () => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, hello);
  const peer = [...doc.store.clients.keys()][0]!;

  /** A run of deleted characters of `client`, from `clock`, `length` long: 16 bytes on the wire. */
  function deletedRun(client: number, clock: number, length: number): Uint8Array {
    const encoder = encoding.createEncoder();
    for (const number of [1, 1, client, clock]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, 0);
    encoding.writeVarUint(encoder, length);
    encoding.writeVarUint(encoder, 0);
    return encoding.toUint8Array(encoder);
  }

  test('[S6] what starts beyond the end of its peer is a gap', () => {
    expect(admitTo(doc, examined(deletedRun(peer, 6, 1)))).toBe('gap');
    expect(admitTo(doc, examined(deletedRun(peer, 5, 1)))).toBe('admitted');
  });

  test('what was admitted earlier in the tick counts as there', () => {
    const frontier = frontierOf(doc);
    expect(frontier.admit(examined(deletedRun(peer, 5, 2)), ana).state).toBe('admitted');
    expect(frontier.admit(examined(deletedRun(peer, 7, 2)), ana).state).toBe('admitted');
    expect(frontier.admit(examined(deletedRun(peer, 10, 2)), ana).state).toBe('gap');
  });

  test('a run that would use up the clock of its peer is a fault, or no update at all', () => {
    expect(admitTo(doc, examined(deletedRun(peer, 5, 2 ** 24)))).toBe('fault');
    expect(examineUpdate(deletedRun(peer, 5, 2 ** 45), roots)).toEqual({ fault: 'malformed' });
  });

  test('a large document that is known already is no fault', () => {
    const deleted = updateOf((large) => {
      large.getText('default').insert(0, 'x'.repeat(2 ** 21));
      large.getText('default').delete(0, 2 ** 21);
    });
    const known = new Y.Doc();
    Y.applyUpdate(known, deleted);
    expect(admitTo(known, examined(deleted))).toBe('admitted');
  });
});

test('a state vector is read to its last byte', () => {
  const vector = Y.encodeStateVector(docOf(hello));
  expect([...readStateVector(vector)!.values()]).toEqual([5]);
  expect(readStateVector(Uint8Array.of(...vector, 1))).toBeNull();
  expect(readStateVector(Uint8Array.of(200, 200))).toBeNull();
});

function docOf(update: Uint8Array): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc;
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}
