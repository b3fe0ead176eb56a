// What a scenario gets for one measurement of one server: the server on a folder of its own, and people. `close`
// takes all of it away again, whatever happened.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crowd } from './crowd.mjs';
import { freePort, ServerProcess } from './server-process.mjs';

export class Bench {
  #kind;
  #options;
  #folder = '';
  #port = 0;
  /** @type {ServerProcess | null} */
  #process = null;
  crowd = new Crowd();
  /** What a reader of the table must know. @type {string[]} */
  remarks = [];

  /**
   * @param {import('./servers.mjs').ServerKind} kind
   * @param {{ isQuick: boolean, peers: string, nodeArgs: string[], cache: string, profile: string | null }} options
   */
  constructor(kind, options) {
    this.#kind = kind;
    this.#options = options;
  }

  get isQuick() {
    return this.#options.isQuick;
  }

  /** A folder for what is made once and used again. */
  get cache() {
    return this.#options.cache;
  }

  get server() {
    if (!this.#process) throw new RangeError('The server has not been started.');
    return this.#process;
  }

  /** Where profiles go; null when none are wanted. */
  get profile() {
    return this.#options.profile;
  }

  /** Starts the server, or starts it again on the same data and the same port. */
  async start() {
    if (this.#folder === '') {
      this.#folder = await mkdtemp(join(tmpdir(), 'rollcall-bench-'));
      this.#port = await freePort();
    }
    const { peers, nodeArgs } = this.#options;
    const place = { folder: this.#folder, port: this.#port, peers, nodeArgs };
    this.#process = await ServerProcess.start({ ...this.#kind.command(place), port: this.#port });
  }

  /** @param {number} count @param {string} [text] markdown, where the server can be given one @returns {Promise<import('./person.mjs').Room[]>} */
  async createRooms(count, text) {
    const rooms = await this.#kind.createRooms(this.#port, count, text);
    return rooms.map((room) => ({ ...room, port: this.#port }));
  }

  /** @param {string} [text] */
  async createRoom(text) {
    const [room] = await this.createRooms(1, text);
    return room;
  }

  async close() {
    await this.crowd.close();
    await this.#process?.stop();
    if (this.#folder !== '') await rm(this.#folder, { recursive: true, force: true });
  }
}
