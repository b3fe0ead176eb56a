import { expect, test, type Page } from '@playwright/test';
import { openTcpProxy } from '../support/tcp-proxy.mjs';
import { expectSaved, markdownOf, noteOf, someone, startMeeting } from './people.ts';

const signed = (page: Page) => page.getByRole('list', { name: 'Signed' }).getByRole('listitem');

async function sayWho(page: Page, name: string, affiliation: string, handle: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Affiliation').fill(affiliation);
  await dialog.getByLabel('Handle').fill(handle);
}

test('signing asks once who one is, then takes one click, and never doubles', async ({ page, browser }) => {
  const path = await startMeeting(page, 'Signed');
  const ana = await someone(browser, path);
  await ana.page.getByRole('button', { name: 'Sign the roll call' }).click();
  await sayWho(ana.page, 'Ana Sousa', 'Universidade de Lisboa', '@anasousa');
  await ana.page.getByRole('button', { name: 'Sign', exact: true }).click();
  await expect(signed(ana.page)).toHaveCount(1);
  await expect(signed(page)).toContainText(['Ana Sousa']);
  await expect(page.getByText('2 here, 1 signed')).toBeVisible();

  // The same person on a second tab is the same row, and a second signature changes nothing.
  const again = await ana.page.context().newPage();
  await again.goto(path);
  await expect(again.getByText('You signed')).toBeVisible();
  const api = `/api/notes/${path.slice(3)}/roll/${await again.locator('.roll-call').getAttribute('data-id')}/me`;
  const before = await signed(again).first().innerText();
  await again.request.put(api, {
    data: { name: 'Ana Sousa', affiliation: 'Universidade de Lisboa', handle: 'anasousa' },
  });
  await expect(signed(again)).toHaveCount(1);
  expect(await signed(again).first().innerText()).toBe(before);

  // Another note does not ask again.
  const other = await startMeeting(page, 'Next');
  await again.goto(other);
  await again.getByRole('button', { name: 'Sign the roll call' }).click();
  await expect(signed(again)).toContainText(['Ana Sousa']);
  expect(await markdownOf(page, path)).toContain('* Ana Sousa / Universidade de Lisboa / @anasousa');
  await ana.leave();
});

test('one can correct and withdraw one’s own row, and add somebody by hand', async ({ page }) => {
  await startMeeting(page, 'Corrected');
  await page.getByRole('button', { name: 'Sign the roll call' }).click();
  await sayWho(page, 'Min', '', '');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Correct' }).click();
  await sayWho(page, 'Min RK', 'Simula', 'minrk');
  await page.getByRole('dialog').getByRole('button', { name: 'Correct' }).click();
  await expect(signed(page)).toContainText(['Min RK']);

  await page.getByRole('button', { name: 'Add somebody' }).click();
  await sayWho(page, 'Tim Head', 'WTT', 'betatim');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(signed(page)).toHaveCount(2);
  await expect(signed(page).nth(1)).toContainText('added by Min RK');

  await page.getByRole('button', { name: 'Remove Tim Head' }).click();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await expect(page.getByRole('button', { name: 'Sign the roll call' })).toBeVisible();
  await expect(signed(page)).toHaveCount(0);
});

test('one key signs, and nobody can sign for another by writing', async ({ page, browser }) => {
  const path = await noteOf(page, '# Keys\n\nRoll call:\n\n* Min RK / Simula / @minrk\n');
  const ana = await someone(browser, path);
  await ana.text.focus();
  await ana.page.keyboard.press('Control+Alt+s');
  await sayWho(ana.page, 'Ana', '', '');
  await ana.page.keyboard.press('Enter');
  await expect(signed(ana.page)).toHaveCount(1);

  const ben = await someone(browser, path);
  const address = `/api/notes/${path.slice(3)}/roll/${await ben.page.locator('.roll-call').getAttribute('data-id')}`;
  const row = await (await ana.page.request.get('/api/me')).json();
  expect((await ben.page.request.put(`${address}/${row.id}`, { data: { name: 'Not Ana' } })).status()).toBe(
    404,
  );
  expect((await ben.page.request.delete(`${address}/${row.id}`)).status()).toBe(404);
  expect((await ben.page.request.put(`${address}/me`, { data: { name: ' ' } })).status()).toBe(422);
  const nonsense = { data: '{', headers: { 'content-type': 'application/json' } };
  expect((await ana.page.request.put('/api/me', nonsense)).status()).toBe(400);
  expect((await (await ana.page.request.get('/api/me')).json()).name).toBe('Ana');
  await expect(signed(ben.page)).toContainText(['Ana']);
  await Promise.all([ana.leave(), ben.leave()]);
});

test('whoever signs and has a written line is marked there, with and without scripts', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '## Present\n\n* Tim | WTT | @betatim\n* Min RK | Simula | @minrk\n');
  await page.goto(path);
  await page.getByRole('button', { name: 'Sign the roll call' }).click();
  await sayWho(page, 'Benjamin', '', '@MinRK');
  await page.keyboard.press('Enter');
  const line = page.locator('.signed');
  await expect(line).toHaveText('Min RK | Simula | @minrk');
  await expect(page.getByText('1 here, 1 signed')).toBeVisible();
  await expect(signed(page)).toHaveCount(0);
  expect(await markdownOf(page, path)).toBe(
    '## Present\n\n* Tim | WTT | @betatim\n* Min RK | Simula | @minrk\n',
  );
  const reader = await someone(browser, path, { javaScriptEnabled: false });
  await expect(reader.page.locator('.signed')).toHaveText('Min RK | Simula | @minrk');
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await expect(line).toHaveCount(0);
  await reader.leave();
});

test('a name given without a network reaches the others once there is one', async ({
  page,
  browser,
  baseURL,
}) => {
  const path = await startMeeting(page, 'A name from a tunnel');
  const network = await openTcpProxy({ port: Number(new URL(baseURL!).port) });
  const ways = [
    { name: 'Ana Sousa', isOffline: true },
    { name: 'Ben Okafor', isOffline: false },
  ];
  for (const { name, isOffline } of ways) {
    const somebody = await someone(browser, `http://localhost:${network.port}${path}`);
    await expectSaved(somebody.page);
    if (isOffline) await somebody.offline(true);
    else network.cut();
    await somebody.page.getByRole('button', { name: 'Sign the roll call' }).click();
    await sayWho(somebody.page, name, '', '');
    await somebody.page.getByRole('button', { name: 'Sign', exact: true }).click();
    await expect(somebody.page.getByText('Sign again when you are back online.').first()).toBeVisible();
    if (isOffline) await somebody.offline(false);
    else network.mend();

    await page.getByRole('button', { name: '2 people are here' }).click();
    await expect(page.getByRole('listitem').filter({ hasText: name })).toBeVisible();
    await page.keyboard.press('Escape');
    await somebody.leave();
  }
  await network.close();
});
