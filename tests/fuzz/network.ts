// A small world for convergence fuzzing: several peers and the real rooms, joined by sockets whose every frame the
// seed decides about. Each step one thing happens: an edit, a frame moves, a connection breaks or comes back, a
// signature, a failing disk, a server that dies and starts again from its store. At the end all connect, all
// frames move, and everybody must have the same document as a newcomer and as the store.
//
// Frames of one socket keep their order, as TCP does; between sockets any order can happen. A death of the server
// loses all frames under way, and whatever was not yet written.
import * as Y from 'yjs';
import { openMemoryStorage } from '../../server/storage/memory.ts';
import { exchange, Peer } from '../support/peer.ts';
import { createRandom } from '../support/random.ts';
import type { Random } from '../support/random.ts';
import { createFrailStorage, createTestRooms, noteId } from '../support/rooms.ts';

export interface Outcome {
  /** What everybody has: each peer, a newcomer, and the store read by a server of its own. */
  documents: { who: string; state: Uint8Array; xml: string; roll: unknown }[];
  /** Rows signed through `use` whose promise resolved. */
  signed: string[];
  /** Close codes that honest peers must never see. */
  finalCodes: number[];
  /** What happened, to be printed when it went wrong. */
  story: string[];
}

type Server = ReturnType<typeof createTestRooms>;

/** Lives through `steps` steps with 2 to 6 peers. The same seed gives the same story. */
export async function liveThrough(seed: number, steps: number): Promise<Outcome> {
  const random = createRandom(seed);
  const world = await World.begin(random);
  for (let step = 0; step < steps; step++) await world.step();
  return world.end();
}

class World {
  readonly #random: Random;
  readonly #peers: Peer[];
  readonly #story: string[] = [];
  readonly #signed: string[] = [];
  readonly #finalCodes: number[] = [];
  readonly #disk = openMemoryStorage();
  #storage = createFrailStorage(this.#disk);
  #server: Server;
  #signatures = 0;

  private constructor(random: Random) {
    this.#random = random;
    this.#peers = Array.from({ length: 2 + random.below(5) }, (_, n) => new Peer(n + 1));
    this.#server = createTestRooms(this.#storage);
  }

  static async begin(random: Random): Promise<World> {
    const world = new World(random);
    // Yjs ids decide who wins; they must come from the seed as well.
    for (const peer of world.#peers) peer.doc.clientID = 1 + random.below(2 ** 31);
    const doc = new Y.Doc();
    doc.getXmlFragment('default').insert(0, [paragraph('Welcome')]);
    await world.#server.rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
    for (const peer of world.#peers) await peer.connect(world.#server.rooms, noteId);
    return world;
  }

  async step(): Promise<void> {
    const peer = this.#random.pick(this.#peers);
    const dice = this.#random.below(100);
    if (dice < 35) edit(peer.doc, this.#random, (what) => this.#tell(peer, what));
    else if (dice < 60) peer.upload();
    else if (dice < 80) peer.download();
    else if (dice < 88) await this.#server.clock.advance(this.#random.below(120));
    else if (dice < 91) this.#break(peer);
    else if (dice < 95) await this.#connect(peer);
    else if (dice < 97) this.#sign(peer);
    else if (dice < 98) this.#forge(peer);
    else if (dice < 99) this.#storage.isBroken = !this.#storage.isBroken;
    else await this.#restart();
  }

  async end(): Promise<Outcome> {
    this.#storage.isBroken = false;
    await this.#server.clock.advance(60_000);
    const newcomer = new Peer(99);
    for (const peer of [...this.#peers, newcomer]) await this.#connect(peer);
    await exchange(this.#server.clock, ...this.#peers, newcomer);
    await this.#server.rooms.close();
    const kept = new Peer(98);
    const server = createTestRooms(createFrailStorage(this.#disk));
    await kept.connect(server.rooms, noteId);
    await exchange(server.clock, kept);
    const all = [...this.#peers, newcomer, kept];
    return {
      documents: all.map(({ doc, person }) => ({
        who: person.name,
        state: Y.encodeStateVector(doc),
        xml: doc.getXmlFragment('default').toJSON(),
        roll: doc.getMap('roll').toJSON(),
      })),
      signed: this.#signed,
      finalCodes: this.#finalCodes,
      story: this.#story,
    };
  }

  #tell(peer: Peer, what: string): void {
    this.#story.push(`${peer.person.name} ${what}`);
  }

  #break(peer: Peer): void {
    this.#tell(peer, 'loses the connection');
    peer.disconnect();
  }

  async #connect(peer: Peer): Promise<void> {
    if (peer.session && peer.socket.isOpen) return;
    this.#tell(peer, 'connects');
    const code = peer.socket.closed?.code ?? 0;
    if (code >= 4400) this.#finalCodes.push(code);
    peer.disconnect();
    await peer.connect(this.#server.rooms, noteId);
  }

  #sign(peer: Peer): void {
    const row = `block/${this.#signatures++}`;
    this.#tell(peer, `signs ${row}`);
    this.#server.rooms
      .use(noteId, (doc) => doc.getMap('roll').set(row, { name: peer.person.name }))
      .then(
        () => this.#signed.push(row),
        () => undefined, // the disk was broken, or the server died: nobody was promised anything
      );
  }

  #forge(peer: Peer): void {
    this.#tell(peer, 'forges a signature');
    peer.doc.getMap('roll').set(`block/${this.#random.below(this.#signatures + 1)}`, { name: 'Forged' });
  }

  async #restart(): Promise<void> {
    this.#story.push('The server dies and starts again.');
    for (const peer of this.#peers) peer.disconnect();
    this.#storage.isBroken = true; // the dead write nothing
    this.#storage = createFrailStorage(this.#disk);
    this.#server = createTestRooms(this.#storage);
  }
}

function edit(doc: Y.Doc, random: Random, tell: (what: string) => void): void {
  const body = doc.getXmlFragment('default');
  const at = random.below(body.length + 1);
  const block = body.length > 0 ? body.get(random.below(body.length)) : null;
  const text = block instanceof Y.XmlElement ? block.get(0) : null;
  const dice = random.below(10);
  if (dice < 2 || !(text instanceof Y.XmlText)) {
    body.insert(at, [paragraph(`p${random.below(100)}`)]);
    tell('adds a paragraph');
  } else if (dice < 7) {
    text.insert(random.below(text.length + 1), 'abcdefgh'.slice(0, 1 + random.below(8)));
    tell('types');
  } else if (dice < 8 && text.length > 0) {
    const from = random.below(text.length);
    text.delete(from, 1 + random.below(text.length - from));
    tell('deletes text');
  } else if (dice < 9 && text.length > 0) {
    text.format(0, 1 + random.below(text.length), { bold: random.chance(0.5) ? true : null });
    tell('formats');
  } else if (body.length > 1) {
    body.delete(random.below(body.length), 1);
    tell('deletes a paragraph');
  }
}

function paragraph(text: string): Y.XmlElement {
  const element = new Y.XmlElement('paragraph');
  element.insert(0, [new Y.XmlText(text)]);
  return element;
}
