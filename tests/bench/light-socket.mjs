// A WebSocket client that costs next to nothing, so that a thousand of them leave the machine to the server.
//
// It counts messages and bytes; a message's bytes are put together, and inflated when the server compressed them,
// only while somebody listens. All sockets of a process share one read buffer: what is kept of it is copied.
// It offers permessage-deflate as browsers do (without context takeover, so that each message stands for itself),
// and masks with zeros, which the RFC allows and which costs nothing. Not done: sending fragments, checking UTF-8.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { constants, inflateRawSync } from 'node:zlib';

const readBuffer = Buffer.allocUnsafe(256 * 1024);
const endOfDeflate = Buffer.from([0, 0, 0xff, 0xff]);
const opcode = { continuation: 0, close: 8, ping: 9, pong: 10 };

export class LightSocket {
  /** Gets each whole message; null: messages are only counted. @type {((message: Buffer) => void) | null} */
  onMessage = null;
  /** @type {() => void} */
  onClose = () => undefined;
  messages = 0;
  isOpen = false;
  /** Of the server's close frame. @type {number | null} */
  closeCode = null;
  #socket;
  /** What came before and is not complete. @type {Buffer | null} */
  #rest = null;
  #skipBytes = 0;
  /** @type {{ parts: Buffer[], isDeflated: boolean } | null} */
  #fragments = null;
  #isUpgraded = false;

  /**
   * @param {{ port: number, path: string, headers?: Record<string, string>, onOpen: () => void }} options
   */
  constructor({ port, path, headers = {}, onOpen }) {
    this.onOpen = onOpen;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          this.#take(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.#socket.on('connect', () => this.#socket.write(handshake(port, path, headers)));
    this.#socket.on('error', () => undefined); // 'close' follows, and tells
    this.#socket.on('close', () => {
      this.isOpen = false;
      this.onClose();
    });
  }

  /** From the network, headers and all. */
  get bytes() {
    return this.#socket.bytesRead;
  }

  /** Several messages leave as one write. @param {Uint8Array[]} messages */
  send(...messages) {
    if (this.isOpen) this.#socket.write(Buffer.concat(messages.flatMap((message) => frame(2, message))));
  }

  end() {
    this.#socket.destroy();
  }

  /** @param {Buffer} chunk */
  #take(chunk) {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    if (!this.#isUpgraded) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return this.#keep(data);
      if (!data.toString('latin1', 0, 12).includes(' 101')) return this.end();
      this.#isUpgraded = true;
      this.isOpen = true;
      data = data.subarray(end + 4);
      this.onOpen();
    }
    let at = 0;
    while (at < data.length) {
      if (this.#skipBytes > 0) {
        const skipped = Math.min(this.#skipBytes, data.length - at);
        this.#skipBytes -= skipped;
        at += skipped;
        continue;
      }
      const read = this.#takeFrame(data, at);
      if (read === 0) return this.#keep(data.subarray(at));
      at += read;
    }
  }

  /** How many bytes were used; 0 when more must come first. @param {Buffer} data @param {number} at */
  #takeFrame(data, at) {
    const left = data.length - at;
    if (left < 2) return 0;
    const head = data[at];
    const short = data[at + 1] & 0x7f;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (left < headLength) return 0;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
    const code = head & 0x0f;
    const isLast = head >= 0x80;
    if (code < opcode.close && !this.onMessage && !this.#fragments) {
      if (isLast) this.messages++;
      this.#skipBytes = length;
      return headLength;
    }
    if (left < headLength + length) return 0;
    const payload = data.subarray(at + headLength, at + headLength + length);
    if (code >= opcode.close) this.#control(code, payload);
    else this.#gather(payload, code, isLast, (head & 0x40) !== 0);
    return headLength + length;
  }

  /** @param {Buffer} payload @param {number} code @param {boolean} isLast @param {boolean} isDeflated */
  #gather(payload, code, isLast, isDeflated) {
    if (code !== opcode.continuation) this.#fragments = { parts: [], isDeflated };
    const message = this.#fragments;
    if (!message) return;
    message.parts.push(isLast && message.parts.length === 0 ? payload : Buffer.from(payload));
    if (!isLast) return;
    this.#fragments = null;
    this.messages++;
    if (!this.onMessage) return;
    const whole = message.parts.length === 1 ? message.parts[0] : Buffer.concat(message.parts);
    this.onMessage(
      message.isDeflated
        ? inflateRawSync(Buffer.concat([whole, endOfDeflate]), { finishFlush: constants.Z_SYNC_FLUSH })
        : whole,
    );
  }

  /** @param {number} code @param {Buffer} payload */
  #control(code, payload) {
    if (code === opcode.ping) this.#socket.write(Buffer.concat(frame(opcode.pong, payload)));
    if (code !== opcode.close) return;
    this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.end();
  }

  /** @param {Buffer} data */
  #keep(data) {
    if (data.length > 0) this.#rest = Buffer.from(data);
  }
}

/** @param {number} code @param {Uint8Array} payload */
function frame(code, payload) {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extra + 4);
  head[0] = 0x80 | code;
  head[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) head.writeUInt16BE(length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return [head, payload];
}

function handshake(port, path, headers) {
  const key = randomBytes(16).toString('base64');
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: localhost:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
