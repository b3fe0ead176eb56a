// Frames that were honest once, changed at random, sent by one peer into a room of honest ones. The corpus is what
// real peers said: edits of text and nodes, deletions, presence, questions and answers, signatures.
// A frame that can still be read is an edit like another; one that cannot ends its session, and the peer comes back.
import * as Y from 'yjs';
import { writeAwareness, writeStep1, writeStep2, writeUpdate } from '../../server/sync/protocol.ts';
import { exchange, Peer } from '../support/peer.ts';
import { createRandom } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { createFrailStorage, createTestRooms, noteId } from '../support/rooms.ts';

export interface MutationOutcome {
  /** How often each close code was given to the hostile peer; 0: the frame was let in. */
  codes: Map<number, number>;
  /** What everybody has: the honest peers, a newcomer, the store read by a server of its own. */
  documents: { who: string; state: Uint8Array; xml: string; roll: string }[];
  /** Honest sessions that ended, or were left waiting for a receipt. */
  harmed: string[];
  /** Of the hostile frame that took longest, ms. */
  slowestMs: number;
}

/** Sends `count` mutated frames. The same seed gives the same frames. */
export async function sendMutated(seed: number, count: number, now: () => number): Promise<MutationOutcome> {
  const random = createRandom(seed);
  const disk = createFrailStorage();
  const { rooms, clock } = createTestRooms(disk);
  const doc = new Y.Doc();
  doc.clientID = 1 + random.below(2 ** 31); // Yjs ids decide who wins, so they come from the seed as well
  doc.getXmlFragment('default').insert(0, [paragraph('Welcome')]);
  await rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
  const [ana, ben, mallory] = [new Peer(1), new Peer(2), new Peer(66)];
  const honest = [ana, ben];
  for (const peer of [ana, ben, mallory]) peer.doc.clientID = 1 + random.below(2 ** 31);
  for (const peer of [ana, ben, mallory]) await peer.connect(rooms, noteId);
  ana.sendPresence({ cursor: null }, 1);
  await exchange(clock, ana, ben, mallory);

  const corpus: Uint8Array[] = [];
  mallory.doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== mallory) corpus.push(writeUpdate(update));
  });
  const codes = new Map<number, number>();
  let slowestMs = 0;
  for (let n = 0; n < count; n++) {
    if (n % 25 === 0) {
      for (const peer of honest) edit(peer.doc, random);
      await exchange(clock, ...honest);
      await comeBack();
      edit(mallory.doc, random);
      mallory.socket.toServer.length = 0;
      refill();
    }
    if (!mallory.socket.isOpen) await comeBack();
    const frame = mutate(random.pick(corpus), random, corpus);
    const began = now();
    mallory.session!.receive(frame);
    if (random.chance(0.3)) await clock.advance(50);
    slowestMs = Math.max(slowestMs, now() - began);
    const code = mallory.socket.closed?.code ?? 0;
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }

  const newcomer = new Peer(9);
  await newcomer.connect(rooms, noteId);
  for (const peer of honest) edit(peer.doc, random);
  await exchange(clock, ...honest, newcomer);
  const harmed = honest.flatMap(({ socket, person, receipts, sent, doc }) => {
    if (socket.closed) return [`${person.name} was closed with ${socket.closed.code}`];
    if (receipts.at(-1) !== sent) return [`${person.name} waits for a receipt`];
    return doc.store.pendingStructs ? [`${person.name} holds what does not fit`] : [];
  });
  await rooms.close();
  const kept = new Peer(8);
  const again = createTestRooms(disk);
  await kept.connect(again.rooms, noteId);
  await exchange(again.clock, kept);
  const documents = [...honest, newcomer, kept].map((peer) => ({
    who: peer.person.name,
    state: Y.encodeStateVector(peer.doc),
    xml: peer.doc.getXmlFragment('default').toJSON(),
    roll: JSON.stringify(peer.doc.getMap('roll').toJSON()),
  }));
  return { codes, documents, harmed, slowestMs };

  /** A new session of the hostile peer, which knows the note. */
  async function comeBack(): Promise<void> {
    mallory.disconnect();
    await clock.advance(1000);
    await mallory.connect(rooms, noteId);
    await exchange(clock, mallory);
  }

  function refill(): void {
    corpus.splice(0, Math.max(0, corpus.length - 40));
    corpus.push(
      writeStep1(Y.encodeStateVector(mallory.doc)),
      writeStep2(Y.encodeStateAsUpdate(mallory.doc)),
      writeStep2(Y.encodeStateAsUpdate(ana.doc)),
      writeAwareness([{ peer: mallory.doc.clientID, clock: random.below(100), state: '{"cursor":null}' }]),
      Uint8Array.of(3),
    );
  }
}

function mutate(frame: Uint8Array, random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  let bytes = [...frame];
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(bytes.length + 1);
    const dice = random.below(8);
    if (dice < 3) bytes[Math.min(at, bytes.length - 1)] = random.below(256);
    else if (dice === 3) bytes[Math.min(at, bytes.length - 1)]! ^= 1 << random.below(8);
    else if (dice === 4) bytes.splice(at, random.below(6));
    else if (dice === 5) bytes.splice(at, 0, ...random.bytes(1 + random.below(4)));
    else if (dice === 6) bytes.splice(at, 0, 255, 255, 255, 255, random.below(128));
    else bytes = [...bytes.slice(0, at), ...random.pick(corpus).subarray(random.below(20))];
    if (bytes.length === 0) bytes = [0];
  }
  const whole = Uint8Array.from(bytes);
  // Most frames keep an honest envelope, so that what is inside gets a look.
  if (frame[0] !== 0 || frame[1] !== 2 || random.chance(0.3)) return whole;
  return writeUpdate(whole.subarray(3));
}

function edit(doc: Y.Doc, random: Random): void {
  const body = doc.getXmlFragment('default');
  const block = body.length > 0 ? body.get(random.below(body.length)) : null;
  const text = block instanceof Y.XmlElement ? block.get(0) : null;
  const dice = random.below(8);
  if (!(text instanceof Y.XmlText) || dice < 2) body.insert(0, [paragraph('new')]);
  else if (dice < 4) text.insert(random.below(text.length + 1), 'abc');
  else if (dice === 4) text.format(0, text.length, { bold: true });
  else if (dice === 5) text.delete(0, Math.min(3, text.length));
  else if (dice === 6 && block instanceof Y.XmlElement) block.setAttribute('level', String(random.below(9)));
  else if (body.length > 20) body.delete(10, 5);
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}
