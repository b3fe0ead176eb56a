import { expect, test } from '@playwright/test';
import { noteOf, someone, startMeeting, textOf } from './people.ts';

test('a new meeting starts from the template, with what was given and nothing else', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText('Nothing here yet')).toBeVisible();
  await page.getByRole('button', { name: 'New meeting' }).click();
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  await expect(page.getByText('Give the meeting a title.')).toBeVisible();

  await page.getByLabel('Title').fill('JupyterHub team meeting');
  await page.getByLabel('Date').fill('2026-12-01');
  await page.getByLabel('Time', { exact: true }).fill('17:00');
  await page.getByLabel('Time zone').fill('Europe/Oslo');
  await page.getByLabel('Call link').fill('https://meet.example.org/jupyter');
  await page.getByRole('button', { name: 'Start the meeting' }).click();

  const text = textOf(page);
  await expect(text.getByRole('heading', { level: 1 })).toHaveText('JupyterHub team meeting');
  await expect(text).toContainText('Date: 1 December 2026, 17:00 Europe/Oslo');
  await expect(text.getByRole('link', { name: 'https://meet.example.org/jupyter' })).toBeVisible();
  await expect(text).not.toContainText('prior meeting');
  for (const heading of ['Actions', 'Help or discussion needed', 'Decisions needed', 'Next actions']) {
    await expect(text.getByRole('heading', { name: heading, exact: true })).toHaveCount(1);
  }
  await expect(text.getByRole('button', { name: 'Sign the roll call' })).toHaveCount(1);
});

test('the home page lists what this person made or opened, and nobody else’s', async ({ page, browser }) => {
  const mine = await startMeeting(page, 'Mine alone');
  const path = await noteOf(page, '# Shared with Ana');
  const ana = await someone(browser, path);
  await expect(ana.text).toContainText('Shared with Ana');

  await expect
    .poll(async () => {
      await ana.page.goto('/');
      return ana.page.getByRole('listitem').allInnerTexts();
    })
    .toEqual([expect.stringContaining('Shared with Ana')]);

  await page.goto('/');
  await expect(page.getByRole('link', { name: /Mine alone/ })).toHaveAttribute('href', mine);
  await page.getByLabel('Search your notes').fill('mine');
  await expect(page.getByRole('listitem')).toHaveCount(1);
  await page.getByLabel('Search your notes').fill('nothing like it');
  await expect(page.getByText('No note has “nothing like it”')).toBeVisible();
  await ana.leave();
});

for (const width of [320, 390]) {
  test(`nothing is cut off at the side, ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 700 });
    const fits = () =>
      page.evaluate(() =>
        [document.body, ...document.querySelectorAll('dialog[open]')].every(
          ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth,
        ),
      );
    await page.goto('/');
    expect(await fits()).toBe(true);
    for (const name of ['New meeting', 'Import']) {
      await page.getByRole('button', { name }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await fits()).toBe(true);
      await page.keyboard.press('Escape');
    }
  });
}

test('fifty first visitors at once see one template', async ({ page }) => {
  const path = await startMeeting(page, 'Crowded');
  const pages = await Promise.all(
    Array.from({ length: 50 }, () => page.request.get(path, { headers: { accept: 'text/html' } })),
  );
  for (const visited of pages) {
    const html = await visited.text();
    expect(html.match(/<h1[ >]/g)).toHaveLength(1);
    expect(html.match(/Decisions needed/g)!.length).toBeLessThanOrEqual(2); // the page, and the data it carries
  }
});

test('an unknown address says so and leads home', async ({ page }) => {
  const response = await page.goto('/n/AAAAAAAAAAAAAAAAAAAAAA');
  expect(response!.status()).toBe(404);
  await expect(page.getByRole('heading')).toContainText('There is no note at this address');
  await page.getByRole('link', { name: 'Your notes' }).click();
  await expect(page).toHaveURL('/');
});
