// Large work in the built server's thread: it comes back right, fails with the same sentence, and makes nobody wait.
import WebSocket from 'ws';
import { expect, it } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import { Doc, XmlElement, XmlText } from 'yjs';
import { importNote, rollcall, startServer } from '../support/built-server.ts';
import { removableFolder } from '../support/folders.ts';

async function start() {
  const { folder, remove } = await removableFolder();
  const server = await startServer(folder);
  return { ...server, folder, remove };
}

const post = (origin: string, body: string) =>
  fetch(`${origin}/api/notes`, { method: 'POST', headers: { 'content-type': 'text/markdown' }, body });

it('takes in and gives back a large text while the server answers others', async () => {
  const { origin, remove } = await start();
  const line = (n: number) => `- Point ${n}: *they* said [this](https://example.org/${n}) and that.\n`;
  const text = `# A long meeting\n\n${Array.from({ length: 2000 }, (_, n) => line(n)).join('')}`;
  let isDone = false;
  const importing = importNote(origin, text).finally(() => (isDone = true));
  let longestMs = 0;
  while (!isDone) {
    const from = performance.now();
    await (await fetch(`${origin}/healthz`)).arrayBuffer();
    longestMs = Math.max(longestMs, performance.now() - from);
  }
  const markdown = await (await fetch(`${origin}/n/${await importing}.md`)).text();
  expect(markdown).toBe(text);
  // Not a measurement: on one thread the others would have waited for all of it.
  expect(longestMs).toBeLessThan(5000);
  await remove();
});

it('shows a large note to a crowd that comes at once', async () => {
  const { origin, remove } = await start();
  const id = await importNote(origin, `# Long\n\n${`${'word '.repeat(60)}\n\n`.repeat(3000)}`);
  const come = async () => {
    const page = await fetch(`${origin}/n/${id}`);
    return [page.status, (await page.text()).split('<p>word').length - 1];
  };
  const seen = await Promise.all(Array.from({ length: 30 }, come));
  expect(new Set(seen.map(String))).toEqual(new Set(['200,3000']));
  await remove();
});

it('says of a large text that cannot be taken what it says of a small one', async () => {
  const { origin, remove } = await start();
  const deep = `${'> '.repeat(500)}deep\n`;
  const small = await post(origin, deep);
  const large = await post(origin, `${deep}\n${'Words. '.repeat(10_000)}\n`);
  expect([small.status, large.status]).toEqual([422, 422]);
  expect(await large.text()).toBe(await small.text());
  await remove();
});

it('makes a snapshot of a note that has grown long, which gives back the same note', async () => {
  const { origin, port, child, exit, folder, remove } = await start();
  const text = `# Long\n\n${'Paragraph with some words in it.\n\n'.repeat(3000)}`;
  const id = await importNote(origin, text);
  const before = await (await fetch(`${origin}/n/${id}.md`)).text();
  // 120 records make a tail that is worth a snapshot when the room closes: each waits for the receipt of the last.
  const doc = new Doc();
  const provider = new WebsocketProvider(`ws://127.0.0.1:${port}/collab`, id, doc, {
    WebSocketPolyfill: WebSocket as never,
    disableBc: true,
    params: { rollcall: '1' },
  });
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()));
  const typed = new XmlText();
  await new Promise<void>((resolve) => {
    provider.messageHandlers[4] = () => {
      if (typed.length < 120) typed.insert(typed.length, 'x');
      else resolve();
    };
    const paragraph = new XmlElement('paragraph');
    doc.getXmlFragment('default').push([paragraph]);
    paragraph.push([typed]);
  });
  provider.destroy();
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
  const verified = await rollcall('verify', '--data', folder);
  expect(verified.code).toBe(0);
  const again = await startServer(folder);
  const after = await (await fetch(`${again.origin}/n/${id}.md`)).text();
  expect(after.trimEnd()).toBe(`${before.trimEnd()}\n\n${'x'.repeat(120)}`);
  await remove();
});
