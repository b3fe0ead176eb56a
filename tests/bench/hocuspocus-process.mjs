// Hocuspocus with its SQLite extension: node hocuspocus-process.mjs <peers' folder> <data folder> <port> [flush delay, ms]
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [peers = '', data = '', port = '', flushDelayMs] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(peers, 'node_modules/@hocuspocus', file)).href);
const { Server } = await load('server/dist/hocuspocus-server.esm.js');
const { SQLite } = await load('extension-sqlite/dist/hocuspocus-sqlite.esm.js');

const server = new Server({
  port: Number(port),
  address: '127.0.0.1',
  quiet: true,
  extensions: [new SQLite({ database: join(data, 'documents.sqlite') })],
  ...(flushDelayMs === undefined ? {} : { flushDelay: Number(flushDelayMs) }),
});
await server.listen();
