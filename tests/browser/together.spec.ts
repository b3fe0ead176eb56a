import { expect, test } from '@playwright/test';
import { caretAtEnd, expectSaved, markdownOf, noteOf, someone, textOf } from './people.ts';

test('two people type into the same paragraph and both keep every letter', async ({ page, browser }) => {
  const path = await noteOf(page, '# Together\n\nStart');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'Start');
  await caretAtEnd(ben.text, 'Start');
  await Promise.all([
    ana.page.keyboard.type(' ananas', { delay: 15 }),
    ben.page.keyboard.type(' BANANA', { delay: 15 }),
  ]);
  await expectSaved(ana.page);
  await expectSaved(ben.page);
  const line = ana.text.locator('p');
  await expect
    .poll(async () => [...(await line.innerText())].sort().join('').trim())
    .toBe([...'Start ananas BANANA'].sort().join('').trim());
  await expect(ben.text.locator('p')).toHaveText(await line.innerText());
  expect(await markdownOf(page, path)).toContain(await line.innerText());
  await Promise.all([ana.leave(), ben.leave()]);
});

for (const [what, before, after] of [
  ['paragraph', 'one two', 'one\n\ntwo'],
  ['list item', '* one two', '* one\n* two'],
]) {
  test(`who writes at the end of a ${what} goes along when another cuts it in two`, async ({
    page,
    browser,
  }) => {
    const path = await noteOf(page, before!);
    const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
    await caretAtEnd(ben.text, 'one two');
    await caretAtEnd(ana.text, 'one two');
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Delete', 'Enter']) {
      await ana.page.keyboard.press(key);
    }
    await expect(ben.text.getByText('two', { exact: true })).toBeVisible();
    await ben.page.keyboard.type(' three');
    await expect.poll(() => markdownOf(page, path)).toContain(`${after} three`);

    // And while both write.
    await Promise.all([
      ben.page.keyboard.type(' four five six seven', { delay: 10 }),
      ana.page.keyboard.type('and ', { delay: 10 }).then(() => ana.page.keyboard.press('Enter')),
    ]);
    await expect.poll(() => markdownOf(page, path)).toContain('two three four five six seven');
    await Promise.all([ana.leave(), ben.leave()]);
  });
}

test('people see who is here and where they write, and can go there', async ({ page, browser }) => {
  const lines = Array.from({ length: 80 }, (_, i) => `Line ${i}`).join('\n\n');
  const path = await noteOf(page, `# Long\n\n${lines}`);
  const ana = await someone(browser, path);
  await ana.page.getByRole('button', { name: 'Only you are here' }).click();
  await ana.page.getByRole('button', { name: /Say who you are/ }).click();
  await ana.page.getByLabel('Name').fill('Ana Sousa');
  await ana.page.getByRole('button', { name: 'Keep' }).click();

  const ben = await someone(browser, path);
  await caretAtEnd(ana.text, 'Line 79');
  await ben.page.getByRole('button', { name: '2 people are here' }).click();
  await ben.page.getByRole('button', { name: /Ana Sousa.*Go to/ }).click();
  await expect(ben.page.getByText('Line 79', { exact: true })).toBeInViewport();
  await expect(ben.page.locator('.remote-caret').first()).toBeVisible();

  // She turns to a menu: where she was is still a place to go to.
  await ana.page.getByRole('button', { name: '2 people are here' }).click();
  await expect(ana.text).not.toBeFocused();
  await ben.page.getByRole('heading', { level: 1 }).scrollIntoViewIfNeeded();
  await ben.page.getByRole('button', { name: '2 people are here' }).click();
  await ben.page.getByRole('button', { name: /Ana Sousa.*Go to/ }).click();
  await expect(ben.page.getByText('Line 79', { exact: true })).toBeInViewport();
  await ana.leave();
  await expect(ben.page.getByRole('button', { name: 'Only you are here' })).toBeVisible();
  await ben.leave();
});

test('a caret moved by keys stays where they put it while another types', async ({ page, browser }) => {
  const path = await noteOf(page, `# Keys\n\n${'abcdefghij'.repeat(30)}\n\nOther`);
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ben.text, 'Other');
  await ana.text.locator('p').first().click();
  await ana.text.evaluate((text) => getSelection()!.collapse(text.querySelector('p')!.firstChild, 300));
  let isWalking = true;
  const typing = (async () => {
    while (isWalking) await ben.page.keyboard.press('x');
  })();
  for (let step = 0; step < 60; step++) await ana.page.keyboard.press('ArrowLeft');
  isWalking = false;
  await typing;
  await expectSaved(ben.page);
  expect(await ana.page.evaluate(() => getSelection()!.focusOffset)).toBe(240);
  await Promise.all([ana.leave(), ben.leave()]);
});

test('undo takes back one’s own words and nobody else’s', async ({ page, browser }) => {
  const path = await noteOf(page, '# Undo\n\nStart');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'Start');
  await ana.page.keyboard.type(' from Ana');
  await expect(ben.text).toContainText('from Ana');
  await caretAtEnd(ben.text, 'Start from Ana');
  await ben.page.keyboard.type(' from Ben');
  await expect(ana.text).toContainText('from Ben');
  await ana.page.keyboard.press('Control+z');
  await expect(ana.text).not.toContainText('from Ana');
  await expect(ana.text).toContainText('from Ben');
  await expect(ben.text).not.toContainText('from Ana');
  await ana.page.keyboard.press('Control+Shift+z');
  await expect(ben.text).toContainText('from Ana');
  await Promise.all([ana.leave(), ben.leave()]);
});

test('find in the note counts and walks the matches', async ({ page }) => {
  await page.goto(await noteOf(page, '# Find\n\none two\n\ntwo three\n\nfour'));
  await page.getByText('four', { exact: true }).click();
  await page.keyboard.press('Control+f');
  await page.getByLabel('Find in this note').fill('two');
  await expect(page.getByText('2 matches')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.ProseMirror-active-search-match')).toHaveCount(1);
  await page.getByText('four', { exact: true }).click();
  await page.keyboard.press('Control+f');
  await expect(page.getByLabel('Find in this note')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.ProseMirror-search-match')).toHaveCount(0);
});

test('the save sign is calm while somebody writes: it does not change with every letter', async ({
  page,
}) => {
  await page.goto(await noteOf(page, '# Calm\n\nStart'));
  await expectSaved(page);
  const signs = await page.evaluateHandle(() => {
    const sign = document.querySelector('[data-save]')!;
    const seen: string[] = [];
    new MutationObserver(() => {
      if (seen.at(-1) !== sign.textContent) seen.push(sign.textContent);
    }).observe(sign, { characterData: true, childList: true, subtree: true });
    return seen;
  });
  await caretAtEnd(textOf(page), 'Start');
  await page.keyboard.type(' and so on and on', { delay: 60 });
  await expectSaved(page);
  const seen = await signs.jsonValue();
  expect(seen.slice(-2)).toEqual(['Saving…', 'Saved']);
  expect(seen.length).toBeLessThan(10);
});
