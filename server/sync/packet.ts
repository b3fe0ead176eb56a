// What is handed to a socket in one go: messages that leave together, in this order.
//
// A packet is made once and given to everybody who gets the same, so that whoever puts it on the network does that
// work once too (frames.ts): with a thousand people in a room, what is done per socket is what a tick costs.

export class Packet {
  readonly messages: readonly Uint8Array[];
  /** Of the messages, without what the network adds. */
  readonly byteLength: number;

  constructor(...messages: readonly Uint8Array[]) {
    this.messages = messages;
    this.byteLength = messages.reduce((sum, { length }) => sum + length, 0);
  }
}
