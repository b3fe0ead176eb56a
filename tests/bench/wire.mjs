// What the simulated people say, as bytes: y-websocket's messages, and Yjs updates written by hand, since a Y.Doc
// per person would cost more than the servers under test. A typist writes into a paragraph of their own at the top
// of the note: element (clock 0), text (clock 1), then characters, each after the last.
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

const write = (build) => {
  const encoder = encoding.createEncoder();
  build(encoder);
  return encoding.toUint8Array(encoder);
};

const emptyUpdate = Uint8Array.of(0, 0);

/** What stands before each message: Hocuspocus wants the document's name, the others nothing. @param {string | null} name */
export const prefixOf = (name) =>
  name === null ? new Uint8Array() : write((encoder) => encoding.writeVarString(encoder, name));

/** Hocuspocus' way in; any token will do. */
export const authMessage = write((encoder) => {
  encoding.writeVarUint(encoder, 2);
  encoding.writeVarUint(encoder, 0);
  encoding.writeVarString(encoder, 'bench');
});

const sync = (type, bytes) =>
  write((encoder) => {
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, type);
    encoding.writeVarUint8Array(encoder, bytes);
  });

/** "I have nothing; send me all." */
export const askMessage = sync(0, Uint8Array.of(0));
/** "I have nothing that you lack." */
export const nothingMessage = sync(1, emptyUpdate);
/** @param {Uint8Array} update */
export const updateMessage = (update) => sync(2, update);

/** @param {number} peer @param {number} clock @param {string} state JSON */
export const presenceMessage = (peer, clock, state) =>
  write((encoder) => {
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarUint8Array(
      encoder,
      write((inner) => {
        encoding.writeVarUint(inner, 1);
        encoding.writeVarUint(inner, peer);
        encoding.writeVarUint(inner, clock);
        encoding.writeVarString(inner, state);
      }),
    );
  });

/** What a message is, as far as the bench cares. @param {Uint8Array} message without its prefix */
export function readMessage(message) {
  if (message[0] !== 0) return { type: 'other', bytes: null };
  const decoder = decoding.createDecoder(message);
  decoding.readVarUint(decoder);
  const type = ['ask', 'answer', 'update'][decoding.readVarUint(decoder)] ?? 'other';
  return { type, bytes: type === 'other' ? null : decoding.readVarUint8Array(decoder) };
}

const contentString = 4;
const contentType = 7;
const hasOrigin = 0x80;
const xmlElement = 3;
const xmlText = 6;

/** @typedef {{ client: number, clock: number }} Id of a character in Yjs */

export class Typist {
  #peer;
  #clock = 0;

  #after;

  /** @param {number} peer its Yjs client id @param {Id | null} after an existing character to type behind, if any */
  constructor(peer, after = null) {
    this.#peer = peer;
    this.#after = after;
  }

  /** The update that types `text` (ASCII) behind what this one typed before. @param {string} text */
  type(text) {
    const isFirst = this.#clock === 0 && this.#after === null;
    const clock = this.#clock;
    this.#clock += text.length + (isFirst ? 2 : 0);
    return write((encoder) => {
      encoding.writeVarUint(encoder, 1); // peers
      encoding.writeVarUint(encoder, isFirst ? 3 : 1); // structs
      encoding.writeVarUint(encoder, this.#peer);
      encoding.writeVarUint(encoder, clock);
      if (isFirst) {
        encoding.writeUint8(encoder, contentType);
        encoding.writeVarUint(encoder, 1);
        encoding.writeVarString(encoder, 'default');
        encoding.writeVarUint(encoder, xmlElement);
        encoding.writeVarString(encoder, 'paragraph');
        encoding.writeUint8(encoder, contentType);
        this.#writeParent(encoder, 0);
        encoding.writeVarUint(encoder, xmlText);
        encoding.writeUint8(encoder, contentString);
        this.#writeParent(encoder, 1);
      } else {
        encoding.writeUint8(encoder, contentString | hasOrigin);
        this.#writeId(encoder, this.#last(clock));
      }
      encoding.writeVarString(encoder, text);
      encoding.writeVarUint(encoder, 0); // nothing deleted
    });
  }

  /** Where this one's caret is, as y-prosemirror says it. */
  get cursor() {
    const position = {
      type: this.#after ? null : { client: this.#peer, clock: 1 },
      tname: null,
      item: this.#last(this.#clock),
      assoc: -1,
    };
    return { anchor: position, head: position };
  }

  /** The character before the one with this clock. */
  #last(clock) {
    if (clock === 0 && this.#after) return this.#after;
    return { client: this.#peer, clock: Math.max(0, clock - 1) };
  }

  #writeParent(encoder, clock) {
    encoding.writeVarUint(encoder, 0);
    this.#writeId(encoder, { client: this.#peer, clock });
  }

  #writeId(encoder, { client, clock }) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
  }
}
