import { expect, test, type Page } from '@playwright/test';
import { openTcpProxy } from '../support/tcp-proxy.mjs';
import { caretAtEnd, noteOf, someone } from './people.ts';

const silent = 'Ana Sousa was writing, and nothing has arrived for';
const line = (page: Page) => page.getByText(silent).filter({ visible: true }).first();

test('everybody sees whose edits stopped arriving, and that they have arrived after all', async ({
  page,
  browser,
  baseURL,
}) => {
  const path = await noteOf(page, '# Silence\n\nStart');
  const network = await openTcpProxy({ port: Number(new URL(baseURL!).port) });
  const ana = await someone(browser, `http://localhost:${network.port}${path}`);
  await ana.page.getByRole('button', { name: 'Only you are here' }).click();
  await ana.page.getByRole('button', { name: /Say who you are/ }).click();
  await ana.page.getByLabel('Name').fill('Ana Sousa');
  await ana.page.getByRole('button', { name: 'Keep' }).click();
  const ben = await someone(browser, path);

  await caretAtEnd(ana.text, 'Start');
  await ana.page.keyboard.type(' and more');
  await expect(ben.text).toContainText('Start and more');
  network.cut();
  await ana.page.keyboard.type(', written alone');

  await expect(line(ben.page)).toBeVisible();
  await expect(ben.page.getByRole('status')).toContainText(silent);
  await ben.page.getByRole('button', { name: 'Only you are here' }).click();
  await expect(ben.page.getByRole('listitem').filter({ hasText: 'Ana Sousa' })).toContainText('nothing for');
  await expect(ben.text).not.toContainText('written alone');

  network.mend();
  await expect(ben.page.getByText('Ana Sousa is back; everything has arrived.').first()).toBeVisible();
  await expect(line(ben.page)).toBeHidden();
  await expect(ben.text).toContainText('Start and more, written alone');
  await Promise.all([ana.leave(), ben.leave()]);
  await network.close();
});
