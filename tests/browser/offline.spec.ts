import { expect, test, type Page } from '@playwright/test';
import { caretAtEnd, expectSaved, noteOf, saveState, someone } from './people.ts';

/** The page keeps itself for offline use once it has been read. */
async function keepForOffline(page: Page): Promise<void> {
  await expectSaved(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expectSaved(page);
}

test('what is typed offline survives a reload and merges on return', async ({ page, browser }) => {
  const path = await noteOf(page, '# Train\n\nBefore the tunnel');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await keepForOffline(ana.page);

  await ana.offline(true);
  await caretAtEnd(ana.text, 'Before the tunnel');
  await ana.page.keyboard.type(', in the tunnel');
  await expect(saveState(ana.page)).toHaveText('Offline, kept on this device');
  await caretAtEnd(ben.text, 'Before the tunnel');
  await ben.page.keyboard.press('Enter');
  await ben.page.keyboard.type('Meanwhile outside');

  await ana.page.reload();
  await expect(ana.text).toContainText('in the tunnel');
  await expect(saveState(ana.page)).toHaveText('Offline, kept on this device');

  await ana.offline(false);
  await expectSaved(ana.page);
  await expect(ben.text).toContainText('Before the tunnel, in the tunnel');
  await expect(ana.text).toContainText('Meanwhile outside');
  await Promise.all([ana.leave(), ben.leave()]);
});

test('what is typed offline in a line stays in it when somebody makes it a heading, also after a reload or elsewhere', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '# Train\n\nFirst\n\nSecond\n\nThird');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await keepForOffline(ana.page);

  await ana.offline(true);
  await caretAtEnd(ana.text, 'First');
  await ana.page.keyboard.type(' before the reload');
  await expect(saveState(ana.page)).toHaveText('Offline, kept on this device');
  await ana.page.reload();
  await expect(ana.text).toContainText('before the reload');
  await caretAtEnd(ana.text, 'Second');
  await ana.page.keyboard.type(' after it');
  await caretAtEnd(ana.text, 'Third');
  for (const line of ['First', 'Second']) {
    await caretAtEnd(ben.text, line);
    await ben.page.keyboard.press('Home');
    await ben.page.keyboard.type('## ');
    await expect(ben.text.getByRole('heading', { level: 2, name: line })).toBeVisible();
  }
  await expectSaved(ben.page);

  await ana.offline(false);
  await expectSaved(ana.page);
  for (const { text } of [ana, ben]) {
    await expect(text.getByRole('heading', { name: 'First before the reload' })).toBeVisible();
    await expect(text.getByRole('heading', { name: 'Second after it' })).toBeVisible();
  }
  await ana.page.keyboard.type(' here');
  await expect(ben.text.getByText('Third here')).toBeVisible();
  await Promise.all([ana.leave(), ben.leave()]);
});

test('without a network the home page is the kept one, and a page that is not kept says so', async ({
  page,
  browser,
}) => {
  const ana = await someone(browser, await noteOf(page, '# Kept'));
  await keepForOffline(ana.page);
  await ana.offline(true);
  await ana.page.goto('/');
  await expect(ana.page.getByRole('button', { name: 'New meeting' })).toBeVisible();
  await ana.page.goto('/n/AAAAAAAAAAAAAAAAAAAAAA');
  await expect(ana.page.getByRole('heading')).toContainText('not kept on this device');
  await ana.leave();
});

test('the save state is in sight on a phone too', async ({ page, browser }) => {
  const path = await noteOf(page, '# Phone');
  const ana = await someone(browser, path, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await expectSaved(ana.page);
  await expect(saveState(ana.page)).toBeInViewport();
  await ana.offline(true);
  await expect(saveState(ana.page)).toHaveText('Offline, kept on this device');
  await expect(saveState(ana.page)).toBeInViewport({ ratio: 1 });
  await ana.leave();
});

test('writing goes on when the browser takes the copy away while the page is open, and is said not to be kept', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '# Cleared\n\nBefore');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await expectSaved(ana.page);
  await caretAtEnd(ana.text, 'Before');
  await ana.page.keyboard.type(' and');
  await ana.page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name!);
  });
  await ana.page.keyboard.type(' after');
  await expect(ben.text).toContainText('Before and after');
  await expectSaved(ana.page);
  await ana.offline(true);
  await expect(saveState(ana.page)).toHaveText('Offline, keep this page open');
  await Promise.all([ana.leave(), ben.leave()]);
});
