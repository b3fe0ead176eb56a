// A small world for convergence fuzzing: up to sixteen pages and the real rooms, joined by sockets whose every frame
// the seed decides about. Each step one thing happens: somebody writes, a frame moves, a connection breaks or comes
// back, half the pages are cut off, a page is loaded again or its device is lost, a disk fails or is slow, the server
// stops or is killed and starts again, perhaps with the next schema version. At the end all connect, all frames move,
// and everybody must have the same note as a newcomer, the server and the store.
//
// Frames of one socket keep their order, as TCP has it. Beyond that any order can happen, and any repetition: a
// connection that a page has given up lives on at the server, and what was under way there arrives late, beside the
// page's next connection. Frames are also repeated and reordered outright, which no network does, but a broken peer may.
import * as Y from 'yjs';
import { applyRecords, createExactDocument } from '../../server/storage/exact-document.ts';
import { exchange } from '../support/peer.ts';
import type { Random } from '../support/random.ts';
import { createRandom } from '../support/random.ts';
import { createTestRooms, noteId } from '../support/rooms.ts';
import { settle } from '../support/clock.ts';
import type { TestSocket } from '../support/sockets.ts';
import { Disk } from './disk.ts';
import { edit, keptIn } from './edits.ts';
import type { Ghost } from './page.ts';
import { Page } from './page.ts';

export interface Outcome {
  /** What everybody has: each page, a newcomer, the server, and the store read by a server of its own. */
  documents: { who: string; doc: Y.Doc }[];
  /** Rows signed through `use` whose promise resolved. */
  signed: string[];
  /** Lines that a receipt promised to keep, or that somebody else saw. */
  promised: string[];
  /** Of those, what a server that was killed did not leave on disk. */
  lost: string[];
  /** Close codes that honest pages must never see. */
  finalCodes: number[];
  /** What happened, to be printed when it went wrong. */
  story: string[];
}

type Server = ReturnType<typeof createTestRooms>;

/** Lives through `steps` steps. The same seed gives the same story. */
export async function liveThrough(seed: number, steps: number): Promise<Outcome> {
  const random = createRandom(seed);
  const world = await World.begin(random);
  for (let step = 0; step < steps; step++) await world.step();
  return world.end();
}

const latestVersion = 2;

class World {
  readonly #random: Random;
  readonly #pages: Page[];
  readonly #disk: Disk;
  #server: Server;
  /** The schema version of the server. */
  #version: number;
  #ghosts: Ghost[] = [];
  readonly #sockets: TestSocket[] = [];
  readonly #story: string[] = [];
  readonly #signed: string[] = [];
  readonly #promised = new Set<string>();
  readonly #lost: string[] = [];
  #signatures = 0;
  #tokens = 0;
  /** What can happen, and how often of a thousand times. */
  readonly #events: [often: number, happen: (page: Page) => void | Promise<void>][] = [
    [300, (page) => this.#tell(page, edit(page.doc, this.#random))],
    [40, (page) => this.#keep(page)],
    [20, (page) => this.#undo(page)],
    [250, (page) => void page.upload()],
    [170, (page) => this.#download(page)],
    [70, () => this.#server.clock.advance(this.#random.below(120))],
    [10, (page) => page.sendPresence({ cursor: null }, this.#random.below(100))],
    [15, (page) => this.#break(page)],
    [10, (page) => this.#abandon(page)],
    [20, () => this.#hearGhost()],
    [6, () => this.#endGhost()],
    [100, (page) => this.#connect(page)],
    [3, () => this.#partition()],
    [2, () => this.#leaveAlone()],
    [10, (page) => this.#sign(page)],
    [8, (page) => this.#forge(page)],
    [8, (page) => this.#repeat(page)],
    [4, (page) => this.#reorder(page)],
    [6, () => this.#breakDisk()],
    [4, () => this.#slowDisk()],
    [10, () => this.#disk.catchUp()],
    [5, (page) => void (page.socket.bufferedBytes = page.socket.bufferedBytes > 0 ? 0 : 1.5 * 2 ** 20)],
    [3, () => this.#stop()],
    [4, () => this.#kill()],
    [8, (page) => this.#reload(page)],
    [3, (page) => this.#lose(page)],
  ];
  readonly #eventsTotal = this.#events.reduce((sum, [often]) => sum + often, 0);

  private constructor(random: Random) {
    this.#random = random;
    const count = 2 + random.below(random.chance(0.2) ? 15 : 6);
    this.#version = random.chance(0.5) ? 1 : latestVersion;
    this.#pages = Array.from({ length: count }, (_, n) => {
      const isLeftOpen = random.chance(0.3); // since before the server had this version
      return new Page(n + 1, isLeftOpen ? 1 : this.#version, random);
    });
    this.#disk = new Disk(random);
    this.#server = createTestRooms(this.#disk.mount());
  }

  static async begin(random: Random): Promise<World> {
    const world = new World(random);
    const doc = new Y.Doc();
    doc.clientID = 1 + random.below(2 ** 31);
    doc.getXmlFragment('default').insert(0, [new Y.XmlElement('paragraph')]);
    await world.#server.rooms.create(noteId, Y.encodeStateAsUpdate(doc), []);
    for (const page of world.#pages) await world.#connect(page);
    return world;
  }

  async step(): Promise<void> {
    const page = this.#random.pick(this.#pages);
    let dice = this.#random.below(this.#eventsTotal);
    for (const [often, happen] of this.#events) {
      if (dice < often) return happen(page);
      dice -= often;
    }
  }

  async end(): Promise<Outcome> {
    this.#story.push('Everything heals.');
    this.#healDisk();
    for (const { session } of this.#ghosts.splice(0)) session.leave();
    for (const { socket } of this.#pages) socket.bufferedBytes = 0;
    await this.#server.clock.advance(60_000);
    for (const page of [...this.#pages]) if (page.version < this.#version) this.#reload(page);
    const newcomer = new Page(98, latestVersion, this.#random);
    const everybody = [...this.#pages, newcomer];
    for (const page of everybody) await this.#connect(page);
    await exchange(this.#server.clock, ...everybody);
    for (const page of everybody) this.#account(page);
    const live = this.#server.rooms.read(noteId, (doc) => Y.encodeStateAsUpdate(doc));
    await exchange(this.#server.clock);
    const documents = everybody.map(({ doc, person }) => ({ who: person.name, doc }));
    documents.push({ who: 'the server', doc: documentOf((await live)!.value) });
    await this.#server.rooms.close();
    documents.push({ who: 'the store', doc: await this.#stored(createTestRooms(this.#disk.mount())) });
    return {
      documents,
      signed: this.#signed,
      promised: [...this.#promised],
      lost: this.#lost,
      finalCodes: this.#sockets.flatMap(({ closed }) => (closed && closed.code >= 4400 ? [closed.code] : [])),
      story: this.#story,
    };
  }

  #tell(page: Page, what: string): void {
    this.#story.push(`${page.person.name} ${what}`);
  }

  // ---- pages

  #keep(page: Page): void {
    const token = `${page.number}.${this.#tokens++}`;
    this.#tell(page, `keeps ${token}`);
    page.keep(token);
  }

  #undo(page: Page): void {
    const isRedo = this.#random.chance(0.3);
    this.#tell(page, isRedo ? 'does again' : 'undoes');
    if (isRedo) page.undo.redo();
    else page.undo.undo();
  }

  #download(page: Page): void {
    page.download();
    for (const token of page.takePromises()) this.#promised.add(token);
  }

  /** What it was promised, and what it has seen. */
  #account(page: Page): void {
    for (const token of [...page.takePromises(), ...page.seen()]) this.#promised.add(token);
  }

  #reload(page: Page): void {
    this.#tell(page, `loads the page again, in version ${this.#version}`);
    this.#replace(page, page.reload(this.#version));
  }

  #lose(page: Page): void {
    this.#tell(page, 'loses the device');
    this.#account(page);
    this.#replace(page, new Page(page.number, this.#version, this.#random, page.sentFrames));
  }

  #replace(page: Page, next: Page): void {
    page.disconnect();
    this.#pages[this.#pages.indexOf(page)] = next;
  }

  // ---- the network

  async #connect(page: Page): Promise<void> {
    if (page.session && page.socket.isOpen) return;
    // The door (upgrade.ts) lets no page in that is older than the server.
    if (page.version < this.#version) return this.#tell(page, 'is too old, and stays out');
    this.#tell(page, 'connects');
    page.disconnect();
    void page.connect(this.#server.rooms, noteId);
    this.#sockets.push(page.socket);
    await settle();
  }

  #break(page: Page): void {
    this.#tell(page, 'loses the connection');
    page.disconnect();
  }

  #abandon(page: Page): void {
    this.#tell(page, 'gives up the connection');
    const ghost = page.abandon();
    if (ghost) this.#ghosts.push(ghost);
  }

  #hearGhost(): void {
    if (this.#ghosts.length === 0) return;
    const { session, socket } = this.#random.pick(this.#ghosts);
    socket.deliverToServer(session);
  }

  #endGhost(): void {
    this.#ghosts.shift()?.session.leave();
  }

  #partition(): void {
    this.#story.push('The network falls in two.');
    for (const page of this.#pages) {
      if (this.#random.chance(0.5)) continue;
      if (this.#random.chance(0.5)) this.#break(page);
      else this.#abandon(page);
    }
  }

  /** Everybody leaves, and the room closes. */
  async #leaveAlone(): Promise<void> {
    this.#story.push('Everybody leaves for a while.');
    for (const page of this.#pages) page.disconnect();
    for (const { session } of this.#ghosts.splice(0)) session.leave();
    await this.#server.clock.advance(3000 + this.#random.below(5000));
  }

  #repeat(page: Page): void {
    if (!page.session || !page.socket.isOpen) return;
    page.isGarbled = true;
    const { toPeer } = page.socket;
    if (this.#random.chance(0.3) && toPeer.length > 0) {
      this.#tell(page, 'is told something twice');
      toPeer.push(this.#random.pick(toPeer));
    } else if (page.sentFrames.length > 0) {
      this.#tell(page, 'says something again');
      page.session.receive(this.#random.pick(page.sentFrames));
    }
  }

  #reorder(page: Page): void {
    const { socket } = page;
    const queue = this.#random.chance(0.5) ? socket.toServer : socket.toPeer;
    if (queue.length < 2) return;
    const at = this.#random.below(queue.length - 1);
    page.isGarbled = true;
    queue.splice(at, 2, queue[at + 1]!, queue[at]!);
  }

  // ---- the server

  #sign(page: Page): void {
    const row = `block/${this.#signatures++}`;
    this.#tell(page, `signs ${row}`);
    this.#server.rooms
      .use(noteId, (doc) => doc.getMap('roll').set(row, { name: page.person.name }))
      .then(
        () => this.#signed.push(row),
        () => undefined, // the disk was broken, or the server died: nobody was promised anything
      );
  }

  #forge(page: Page): void {
    this.#tell(page, 'forges a signature');
    page.doc.getMap('roll').set(`block/${this.#random.below(this.#signatures + 1)}`, { name: 'Forged' });
  }

  async #stop(): Promise<void> {
    this.#story.push('The server stops.');
    this.#healDisk();
    await this.#server.rooms.close();
    this.#begin();
  }

  async #kill(): Promise<void> {
    this.#story.push('The server is killed.');
    for (const page of this.#pages) this.#account(page);
    await this.#disk.cut();
    this.#begin();
    const kept = new Set(keptIn(await this.#stored(this.#server)));
    this.#lost.push(...[...this.#promised].filter((token) => !kept.has(token)));
  }

  /** The next server on the same disk. */
  #begin(): void {
    if (this.#random.chance(0.7)) this.#version = latestVersion;
    this.#story.push(`A server of version ${this.#version} starts.`);
    this.#ghosts = [];
    for (const page of this.#pages) page.disconnect();
    this.#server = createTestRooms(this.#disk.mount());
  }

  #breakDisk(): void {
    this.#disk.isBroken = !this.#disk.isBroken && this.#random.chance(0.5);
    this.#story.push(this.#disk.isBroken ? 'The disk fails.' : 'The disk works.');
  }

  #slowDisk(): void {
    this.#disk.isSlow = !this.#disk.isSlow;
    this.#story.push(this.#disk.isSlow ? 'The disk is slow.' : 'The disk is quick.');
  }

  #healDisk(): void {
    this.#disk.isBroken = false;
    this.#disk.isSlow = false;
    this.#disk.catchUp();
  }

  async #stored({ noteLog }: Server): Promise<Y.Doc> {
    const load = await noteLog.load(noteId);
    if (load.state !== 'whole') throw new Error(`The store holds a note that is ${load.state}.`);
    const { snapshot, updates } = load.note;
    return documentOf(...(snapshot ? [snapshot.update] : []), ...updates.map(({ update }) => update));
  }
}

function documentOf(...updates: Uint8Array[]): Y.Doc {
  const doc = createExactDocument();
  applyRecords(doc, updates);
  return doc;
}
