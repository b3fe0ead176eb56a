import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { createHttpServer } from '../../server/http.ts';
import type { Services } from '../../server/services.ts';
import { removableFolder } from '../support/folders.ts';

type Handler = Parameters<typeof createHttpServer>[1];

/** The address of a server that answers like this. */
async function serve(handler: Handler): Promise<string> {
  const server = createHttpServer({ config: readConfig({}) } as Services, handler).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('ends the answer, and nothing else, when a file cannot be read', async () => {
  const { folder, remove } = await removableFolder();
  onTestFinished(remove);
  const origin = await serve(({ url }, response) => {
    if (url === '/well') response.end('well');
    else createReadStream(join(folder, 'gone')).pipe(response.writeHead(200));
  });
  await expect(fetch(`${origin}/gone`).then((answer) => answer.text())).rejects.toThrow();
  expect(await (await fetch(`${origin}/well`)).text()).toBe('well');
});

it('hands on no ranges', async () => {
  const origin = await serve(({ headers }, response) => response.end(headers.range ?? 'all'));
  const answer = await fetch(origin, { headers: { range: 'bytes=9-3' } });
  expect(await answer.text()).toBe('all');
});

it('hands on no path that cannot be decoded', async () => {
  const origin = await serve((_request, response) => response.end('all'));
  for (const path of ['/%', '/n/%E0%A4%A', '/%?a=b']) {
    expect((await fetch(origin + path, { method: 'POST' })).status).toBe(400);
  }
  expect((await fetch(`${origin}/%25?%`)).status).toBe(200);
});

it('reads only so many large bodies at once, and small ones always', async () => {
  let begun = 0;
  const begins = new EventTarget();
  const origin = await serve((request, response) => {
    begun++;
    request.resume();
    request.on('error', () => undefined);
    if (request.url === '/well') response.end('well');
    begins.dispatchEvent(new Event('one'));
  });
  const large = 'x'.repeat(1024 * 1024);
  const well = (body: string) =>
    fetch(`${origin}/well`, { method: 'POST', body }).then(({ status }) => status);
  const sending: Socket[] = [];
  onTestFinished(() => sending.forEach((socket) => socket.destroy()));
  for (let n = 0; n < 16; n++) {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const begin = once(begins, 'one');
    socket.write(
      `POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: ${8 * 1024 * 1024}\r\n\r\nand then nothing`,
    );
    sending.push(socket);
    await begin;
  }
  expect(begun).toBe(16);
  expect(await well(large)).toBe(503);
  expect(await well('small')).toBe(200);
  sending[0]!.destroy();
  while ((await well(large)) !== 200) await new Promise((resolve) => setImmediate(resolve));
});
