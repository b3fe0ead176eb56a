// The floor: node bare-process.mjs <port>. What Node, its HTTP server and `ws` cost before a server does anything.
//
// It says the same to everybody who opens a socket: its question, the last update it heard and an empty answer, made
// once, compressed once, sent as one write. No identity, no checks, no presence, no document, no disk, nothing relayed.
import { createServer } from 'node:http';
import { constants, deflateRawSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import { askMessage, nothingMessage, readMessage, updateMessage } from './wire.mjs';

const [port = ''] = process.argv.slice(2);
const endOfDeflate = 4;

/** A server's frame of one whole, compressed message. @param {Uint8Array} message */
function frame(message) {
  const deflated = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH });
  const payload = deflated.subarray(0, deflated.length - endOfDeflate);
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0xc2;
  head[1] = head.length === 2 ? length : head.length === 4 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

const greeting = (update) => Buffer.concat([askMessage, updateMessage(update), nothingMessage].map(frame));
let welcome = greeting(Uint8Array.of(0, 0));

const sockets = new WebSocketServer({
  noServer: true,
  perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true, threshold: Infinity },
});
const server = createServer((_request, response) => response.end());
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => undefined);
    webSocket.on('message', (/** @type {Buffer} */ data) => {
      const { type, bytes } = readMessage(data);
      if (type === 'update' && bytes) welcome = greeting(bytes);
    });
    socket.write(welcome);
  });
});
server.listen(Number(port), '127.0.0.1');
