// The endpoints as programs and other sites' pages meet them.
import { expect, request as requests, test, type Page } from '@playwright/test';

const noteCount = async (page: Page) => {
  await page.goto('/');
  return page.getByRole('listitem').count();
};

test('a program is told what to send, in our words', async ({ baseURL }) => {
  const program = await requests.newContext({ baseURL: baseURL! });
  const post = (type: string, data: string) =>
    program.post('/api/notes', { headers: { 'content-type': type, accept: '*/*' }, data });

  const asForm = await post('application/x-www-form-urlencoded', '# Notes');
  expect(asForm.status()).toBe(415);
  expect((await asForm.json()).message).toContain('content-type: text/markdown');
  expect((await post('text/plain', '# Notes')).status()).toBe(201);
  expect((await post('text/markdown', ' \n')).status()).toBe(422);
  for (const length of [1_000_001, 2_100_000, 3_000_000]) {
    const large = await post('text/markdown', 'a'.repeat(length));
    expect(large.status()).toBe(413);
    expect((await large.json()).message).toContain('1,000,000 characters');
  }
  await program.dispose();
});

test('a page of another site cannot act in a visitor’s name', async ({ page }) => {
  const before = await noteCount(page);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const foreign: Record<string, string>[] = [
    { ...form, origin: 'https://elsewhere.example' },
    { ...form, origin: 'null' },
    { ...form, 'sec-fetch-site': 'cross-site' },
    { ...form, 'sec-fetch-site': 'same-site' },
    form, // an old browser that says nothing, with the visitor's cookie
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'text/plain' },
  ];
  for (const headers of foreign) {
    for (const path of ['/?/note', '/api/notes']) {
      expect((await page.request.post(path, { headers, data: 'a=b' })).status()).toBe(403);
    }
  }
  expect(await noteCount(page)).toBe(before);
});

test('a request that makes no sense harms nobody', async ({ page }) => {
  const { request } = page;
  await page.goto('/');
  const script = await page.locator('link[rel=modulepreload]').first().getAttribute('href');
  for (const range of ['bytes=9-3', 'bytes=-5', 'bytes=a-b', 'bytes=99999999-']) {
    const answer = await request.get(new URL(script!, page.url()).href, { headers: { range } });
    expect(answer.status()).toBe(200);
  }
  const foreign = { origin: 'https://elsewhere.example' };
  expect((await request.post('/%E0%A4%A', { headers: foreign })).status()).toBe(400);
  const form = { 'content-type': 'multipart/form-data; boundary=x', 'sec-fetch-site': 'same-origin' };
  const file = '--x\r\nContent-Disposition: form-data; name="title"; filename="a"\r\n\r\nb\r\n--x--\r\n';
  const proto = '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\nb\r\n--x--\r\n';
  for (const [data, status] of [
    ['no form', 400],
    [file, 422],
    [proto, 422],
  ] as const) {
    expect(
      (await request.post('/?/meeting', { headers: { ...form, accept: 'text/html' }, data })).status(),
    ).toBe(status);
  }
  expect((await request.get('/healthz')).status()).toBe(200);
});
