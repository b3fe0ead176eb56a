import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { dropMarkdown, expectSaved, markdownOf, noteOf, textOf } from './people.ts';

const seed = readFileSync('tests/golden/seed-meeting.md', 'utf8');
/** Every word, in order, whatever the markup around it. */
const words = (markdown: string) => markdown.match(/[\p{L}\p{N}@]+/gu) ?? [];

async function expectSeed(page: Page) {
  const text = textOf(page);
  await expect(text.getByRole('heading', { level: 1 })).toHaveText('JupyterHub and BinderHub Team Meeting');
  await expect(text.locator('.roll-call')).toHaveCount(1);
  await expect(text.locator('.roll-call')).toContainText('Jessica Forde / @jzf2101');
  await expect(text.getByRole('button', { name: 'Sign the roll call' })).toBeVisible();
}

test('the seed document comes in by paste and leaves with every word in place', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /Import/ }).click();
  await page.getByLabel('or paste the text').fill(seed);
  await page.getByRole('button', { name: 'Make a note' }).click();
  await expectSeed(page);
  await expectSaved(page);
  const path = new URL(page.url()).pathname;
  expect(words(await markdownOf(page, path))).toEqual(words(seed));

  await page.getByRole('button', { name: 'Note menu' }).click();
  await page.getByRole('menuitem', { name: 'Copy as markdown' }).click();
  await expect(page.getByText('The note is on the clipboard, as markdown.').last()).toBeVisible();
  expect(words(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(words(seed));

  await page.getByRole('button', { name: 'Note menu' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download .md' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('JupyterHub-and-BinderHub-Team-Meeting.md');
  expect(words(readFileSync(await download.path(), 'utf8'))).toEqual(words(seed));
});

test('a markdown file comes in by choice and by drop', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: /Import/ }).click();
  await page.getByLabel('Choose a file').setInputFiles('tests/golden/seed-meeting.md');
  await expectSeed(page);

  await page.goto('/');
  await dropMarkdown(page, seed);
  await expectSeed(page);
});

test('a file dropped beside the text of a note leaves the page where it is', async ({ page }) => {
  await page.goto(await noteOf(page, '# A note'));
  await expectSaved(page);
  await page.evaluate(() =>
    addEventListener('drop', ({ defaultPrevented }) => (document.title = `kept: ${defaultPrevented}`)),
  );
  await dropMarkdown(page, '# Another');
  await expect(page).toHaveTitle('kept: true');
  await expect(page.getByText('A markdown file is imported on the home page').first()).toBeVisible();
});

test('the API takes markdown and says what is wrong with anything else', async ({ page }) => {
  const post = (data: string | Buffer, type: string) =>
    page.request.post('/api/notes', { data, headers: { 'content-type': type } });
  const made = await post('# From a script', 'text/markdown');
  expect(made.status()).toBe(201);
  const { id, url } = (await made.json()) as { id: string; url: string };
  expect(url).toBe(new URL(`/n/${id}`, page.url() === 'about:blank' ? url : page.url()).href);
  const exported = await page.request.get(`/n/${id}.md`);
  expect(exported.headers()['content-type']).toBe('text/markdown; charset=utf-8');
  expect((await exported.text()).trim()).toBe('# From a script');
  expect((await post('{}', 'application/json')).status()).toBe(415);
  expect((await post(Buffer.from([0x63, 0x61, 0x66, 0xe9]), 'text/markdown')).status()).toBe(422);
  expect((await post(Buffer.alloc(3 * 1024 * 1024, 'a'), 'text/markdown')).status()).toBe(413);
  expect((await page.request.get('/n/AAAAAAAAAAAAAAAAAAAAAA.md')).status()).toBe(404);
  const foreign = { 'content-type': 'text/markdown', origin: 'https://evil.example' };
  expect((await page.request.post('/api/notes', { data: '# x', headers: foreign })).status()).toBe(403);
});

test('hostile markdown stays text', async ({ page }) => {
  const path = await noteOf(
    page,
    '# <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](data:text/html,z)',
  );
  const alerts: string[] = [];
  page.on('dialog', (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(path);
  await expectSaved(page);
  await expect(textOf(page).locator('script, [onerror], a[href^="javascript"]')).toHaveCount(0);
  expect(alerts).toEqual([]);
});
