// One simulated person on one light socket: joins, says who they are, types or reads. Without a Y.Doc.
//
// Ready means: the server has answered with the document. After that a reader only counts, and a watcher looks
// for tokens. Presence is renewed every 15 s as y-protocols' peers do; a caret after each edit counts as that.
import { LightSocket } from './light-socket.mjs';
import { findTokens, now, writeToken } from './token.mjs';
import {
  askMessage,
  authMessage,
  nothingMessage,
  prefixOf,
  presenceMessage,
  readMessage,
  Typist,
  updateMessage,
} from './wire.mjs';

const renewEveryMs = 15_000;

/**
 * @typedef {{ port: number, path: string, name: string | null }} Room where a room is, and under what name
 * @typedef {{ peer: number, cookie: string, room: Room, watches: boolean, asks: boolean, after: import('./wire.mjs').Id | null }} Who
 */

export class Person {
  /** @type {Map<string, number>} tokens seen, and when */
  seen = new Map();
  /** @type {string[]} */
  sentTokens = [];
  edits = 0;
  isDropped = false;
  /** @type {Promise<void>} rejects when the socket closes before */
  ready;
  /** Resolves when the server has let the socket in, or has not. @type {Promise<void>} */
  greeted;
  #tellGreeted = () => undefined;
  /** Gets every update and answer that comes, if it is there. @type {((update: Uint8Array) => void) | null} */
  onUpdate = null;
  #who;
  #socket;
  #prefix;
  #typist;
  #presenceClock = 1;
  #renewAt;
  #isLeaving = false;
  /** The types of message that came so far. @type {Set<string>} */
  #heard = new Set();

  /** @param {Who} who */
  constructor(who) {
    this.#who = who;
    this.#prefix = prefixOf(who.room.name);
    this.#typist = new Typist(who.peer, who.after);
    this.#renewAt = now() + renewEveryMs;
    this.#socket = new LightSocket({
      port: who.room.port,
      path: who.room.path,
      headers: { Cookie: who.cookie },
      onOpen: () => this.#greet(),
    });
    this.greeted = new Promise((resolve) => (this.#tellGreeted = resolve));
    this.ready = new Promise((resolve, reject) => {
      this.#socket.onMessage = (message) => this.#read(message, resolve);
      this.#socket.onClose = () => {
        this.isDropped = !this.#isLeaving;
        this.#tellGreeted();
        reject(new Error(`The server closed the socket (${this.#socket.closeCode}).`));
      };
    });
  }

  get bytes() {
    return this.#socket.bytes;
  }

  get messages() {
    return this.#socket.messages;
  }

  /** Types one character, or a token, and says where the caret is. @param {{ token: boolean, caret: boolean }} how */
  type({ token, caret }) {
    const text = token ? writeToken(this.#who.peer, this.edits) : 'x';
    if (token) this.sentTokens.push(text);
    this.edits++;
    const messages = [updateMessage(this.#typist.type(text))];
    if (caret) messages.push(this.#presence());
    this.send(...messages);
  }

  /** @param {number} at */
  renewPresence(at) {
    if (at >= this.#renewAt) this.send(this.#presence());
  }

  /** A presence that carries `mark`, where every server lets it through. @param {string} mark */
  markPresence(mark) {
    const { anchor, head } = this.#typist.cursor;
    this.send(this.#presence({ anchor: { ...anchor, tname: mark }, head }));
  }

  /** @param {Uint8Array[]} messages */
  send(...messages) {
    this.#socket.send(...messages.map((message) => Buffer.concat([this.#prefix, message])));
  }

  leave() {
    this.#isLeaving = true;
    this.#socket.end();
  }

  #greet() {
    if (this.#who.room.name !== null) this.send(authMessage);
    if (this.#who.asks) this.send(askMessage, this.#presence());
    this.#tellGreeted();
  }

  #presence(cursor = this.#typist.cursor) {
    this.#renewAt = now() + renewEveryMs;
    const user = { name: `Person ${this.#who.peer} of the bench`, color: '#30bced', colorLight: '#30bced33' };
    return presenceMessage(this.#who.peer, this.#presenceClock++, JSON.stringify({ user, cursor }));
  }

  #read(message, resolve) {
    const body = message.subarray(this.#prefix.length);
    const { type, bytes } = readMessage(body);
    if (type === 'ask') this.send(nothingMessage);
    if (bytes && type !== 'ask') this.onUpdate?.(bytes);
    if (this.#who.watches) findTokens(body, (token) => this.#see(token));
    // The server's own question may come after its answer: a server left without one would not be in its usual state.
    this.#heard.add(type);
    if (this.#who.asks ? type === 'answer' : true) resolve();
    if (this.#heard.has('ask') && this.#heard.has('answer') && !this.#who.watches && !this.onUpdate) {
      this.#socket.onMessage = null;
    }
  }

  #see(token) {
    if (!this.seen.has(token)) this.seen.set(token, now());
  }
}
