// SIGTERM while eight people write: nothing acknowledged is lost, and what was not acknowledged comes back from the
// documents that survive, within three seconds of the next start.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { importNote, startServer } from '../support/built-server.ts';
import { temporaryFolder } from '../support/folders.ts';
import { Writer } from '../crash/writer.ts';

const people = 8;

/** A person whose page stays open over the stop, with an unmodified provider. */
function openPage(origin: string, id: string, n: number) {
  const doc = new Y.Doc();
  const url = `${origin.replace('http', 'ws')}/collab`;
  const provider = new WebsocketProvider(url, id, doc, {
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
  });
  onTestFinished(() => provider.destroy());
  let count = 0;
  return {
    doc,
    provider,
    synced: new Promise<void>((resolve) => provider.once('sync', () => resolve())),
    write: () => doc.getXmlFragment('default').push([new Y.XmlText(`page ${n} edit ${count++} `)]),
  };
}

it('[O2] a stop under load loses nothing, and all are back within three seconds', async () => {
  const data = await temporaryFolder();
  const first = await startServer(data);
  const id = await importNote(first.origin, '# Under load');
  const writers = Array.from(
    { length: people },
    (_, n) => new Writer(`${first.origin.replace('http', 'ws')}/collab/${id}`, `w${n}`),
  );
  const pages = Array.from({ length: people }, (_, n) => openPage(first.origin, id, n));
  onTestFinished(() => writers.forEach((writer) => writer.close()));
  await Promise.all([...writers, ...pages].map(({ synced }) => synced));
  const writing = setInterval(() => {
    for (const writer of writers) writer.write();
    for (const page of pages) page.write();
  }, 3);
  onTestFinished(() => clearInterval(writing));
  await delay(400);
  const stopAt = performance.now();
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  expect(performance.now() - stopAt).toBeLessThan(5000);
  await delay(50);
  clearInterval(writing);
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  expect(acknowledged.length).toBeGreaterThan(people);

  const back = pages.map(({ provider }) => new Promise<number>((resolve) => {
    provider.on('sync', (isSynced: boolean) => isSynced && resolve(performance.now()));
  })); // prettier-ignore
  const second = await startServer(data, { PORT: String(first.port) });
  const startedAt = performance.now();
  const times = await Promise.all(back);
  expect(Math.max(...times) - startedAt).toBeLessThan(3000);

  const reader = new Writer(`${second.origin.replace('http', 'ws')}/collab/${id}`);
  onTestFinished(() => reader.close());
  await reader.synced;
  expect(acknowledged.filter((edit) => !reader.has(edit))).toEqual([]);
  const newcomer = openPage(second.origin, id, 99);
  const texts = () => pages.map(({ doc }) => doc.getXmlFragment('default').toString());
  const newest = () => newcomer.doc.getXmlFragment('default').toString();
  await expect.poll(() => new Set([...texts(), newest()]).size, { timeout: 30_000 }).toBe(1);
  expect(texts()[0]).toContain('page 7 edit');
}, 90_000);
