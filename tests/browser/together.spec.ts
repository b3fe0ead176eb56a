import { expect, test } from '@playwright/test';
import { caretAtEnd, expectSaved, markdownOf, noteOf, someone, textOf } from './people.ts';

test('two people type in the same place, and their words stay whole', async ({ page, browser }) => {
  const path = await noteOf(page, '# Together\n\nStart');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'Start');
  await caretAtEnd(ben.text, 'Start');
  const [pears, plum] = [', ananas and pears', '; BANANA AND PLUM'];
  await Promise.all([
    ana.page.keyboard.type(pears, { delay: 15 }),
    ben.page.keyboard.type(plum, { delay: 20 }),
  ]);
  await expectSaved(ana.page);
  await expectSaved(ben.page);
  const line = ana.text.locator('p');
  await expect(line).toHaveText(new RegExp(`^Start(${pears}${plum}|${plum}${pears})$`));
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

for (const markdown of ['## ', '- ', '> ', '1. ']) {
  test(`who is in a line keeps place and words when another types ${markdown}before it`, async ({
    page,
    browser,
  }) => {
    const path = await noteOf(page, 'First line\n\nBetween\n\nSecond line\n\nLast');
    const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
    // Once Ben is there and does nothing,
    await caretAtEnd(ben.text, 'First line');
    await caretAtEnd(ana.text, 'First line');
    await ana.page.keyboard.press('Home');
    await ana.page.keyboard.type(markdown);
    await expect(ben.text.locator('h2, li, blockquote')).toHaveText('First line');
    await ben.page.keyboard.type(' goes on');
    await expect.poll(() => markdownOf(page, path)).toContain(`${markdown}First line goes on`);

    // once he writes without a network.
    await caretAtEnd(ben.text, 'Second line');
    await ben.offline(true);
    await ben.page.keyboard.type(' goes on');
    await caretAtEnd(ana.text, 'Second line');
    await ana.page.keyboard.press('Home');
    await ana.page.keyboard.type(markdown);
    await expectSaved(ana.page);
    await ben.offline(false);
    await expect.poll(() => markdownOf(page, path)).toContain('Second line goes on');
    await expect(ana.text.locator('h2, li, blockquote').last()).toHaveText('Second line goes on');
    await Promise.all([ana.leave(), ben.leave()]);
  });
}

test('what one has saved in a line stays when somebody comes back who made something else of it', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '- First\n- Second\n\nLast');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'First');
  await ana.offline(true);
  await ana.page.keyboard.press('ControlOrMeta+Shift+7');
  await expect(ana.text.locator('ol')).toHaveCount(1);
  await caretAtEnd(ben.text, 'Second');
  await ben.page.keyboard.type(' goes on');
  await ben.page.keyboard.press('Enter');
  await ben.page.keyboard.type('Third');
  await caretAtEnd(ben.text, 'Last');
  await expectSaved(ben.page);
  await ana.offline(false);
  await expect.poll(() => markdownOf(page, path)).toBe('1. First\n2. Second goes on\n3. Third\n\nLast');
  await expectSaved(ben.page);
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
  await textOf(page).getByText('four', { exact: true }).click();
  await page.keyboard.press('Control+f');
  await page.getByLabel('Find in this note').fill('two');
  await expect(page.getByText('2 matches')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('.ProseMirror-active-search-match')).toHaveCount(1);
  await textOf(page).getByText('four', { exact: true }).click();
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
