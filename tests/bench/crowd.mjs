// The people of one measurement, in processes of their own: watchers apart from the rest, so that how fast a crowd
// reads does not show in how late a watcher sees.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { now } from './token.mjs';

const perProcess = 1100;

class Group {
  #child;
  #waiting = new Map();
  #count = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'crowd-process.mjs'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', ({ id, value, error }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
  }

  /** @param {string} method @param {unknown} [argument] @returns {Promise<any>} */
  ask(method, argument = {}) {
    const id = this.#count++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, method, argument });
    });
  }

  async close() {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** @typedef {import('./person.mjs').Room} Room */

export class Crowd {
  /** @type {Group[]} */
  #crowd = [];
  #watchers = new Group();
  /** @type {Group | null} */
  #sender = null;
  #peers = 0;
  #people = 0;

  /** Somebody new. @param {Room} room */
  who(room, { watches = false, asks = true, after = null } = {}) {
    const peer = 1_000_000 + ++this.#peers;
    return { peer, cookie: `rollcall_person=${String(peer).padStart(22, 'p')}`, room, watches, asks, after };
  }

  get watchers() {
    return this.#watchers;
  }

  /** A process for those who send much. */
  get sender() {
    return (this.#sender ??= new Group());
  }

  /**
   * `count` people join at once, `watching` of them as watchers. Resolves when all are ready or time is up: how many
   * were, and how long the last of them took.
   * @param {{ rooms: Room[], each: number, watching?: number, limitMs: number, places?: import('./wire.mjs').Id[] }} options
   *   each: people per room; places: characters behind which they type, spread over them
   */
  async join({ rooms, each, watching = 0, limitMs, places = [] }) {
    const startedAt = now();
    const deadline = startedAt + limitMs;
    const after = (n) => places[Math.floor((n * places.length) / each)] ?? null;
    const whos = rooms.flatMap((room) =>
      Array.from({ length: each - watching }, (_, n) => this.who(room, { after: after(n) })),
    );
    const processes = Math.max(1, Math.ceil(whos.length / perProcess));
    while (this.#crowd.length < processes) this.#crowd.push(new Group());
    const size = Math.ceil(whos.length / processes);
    const asked = this.#crowd.map((group, n) =>
      group.ask('join', { whos: whos.slice(n * size, (n + 1) * size), deadline }),
    );
    const watchers = rooms.flatMap((room) =>
      Array.from({ length: watching }, () => this.who(room, { watches: true })),
    );
    asked.push(this.#watchers.ask('join', { whos: watchers, deadline }));
    const readyAt = (await Promise.all(asked)).flat();
    this.#people += readyAt.length;
    return {
      ready: readyAt.length,
      wanted: rooms.length * each,
      tookMs: Math.max(...readyAt, startedAt) - startedAt,
    };
  }

  /**
   * One in `oneIn` types from now on, so often, and each `tokenEvery`th edit is a token.
   * @param {{ oneIn: number, perSecond: number, tokenEvery: number, caret?: boolean }} options
   */
  async type({ oneIn, perSecond, tokenEvery, caret = true }) {
    await Promise.all(this.#crowd.map((group) => group.ask('type', { oneIn, perSecond, tokenEvery, caret })));
  }

  async stop() {
    await Promise.all(this.#crowd.map((group) => group.ask('stop')));
  }

  /** Sums over everybody. */
  async count() {
    const counts = await Promise.all([...this.#crowd, this.#watchers].map((group) => group.ask('count')));
    const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
    return {
      people: this.#people,
      edits: sum('edits'),
      messages: sum('messages'),
      bytes: sum('bytes'),
      dropped: sum('dropped'),
    };
  }

  /** @returns {Promise<string[]>} */
  async sentTokens() {
    return (await Promise.all(this.#crowd.map((group) => group.ask('sentTokens')))).flat();
  }

  /** Of each watcher. @returns {Promise<Map<string, number>[]>} */
  async seenTokens() {
    return (await this.#watchers.ask('seenTokens')).map((entries) => new Map(entries));
  }

  /** Everybody goes, or everybody but the watchers and who is among them; others may come. */
  async leave({ watchersStay = false } = {}) {
    const leaving = watchersStay ? this.#crowd : [...this.#crowd, this.#watchers];
    await Promise.all(leaving.map((group) => group.ask('leave')));
    this.#people = 0;
  }

  async close() {
    const groups = [...this.#crowd, this.#watchers, ...(this.#sender ? [this.#sender] : [])];
    await Promise.all(groups.map((group) => group.close()));
  }
}
