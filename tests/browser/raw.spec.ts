import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { caretAtEnd, dropMarkdown, expectSaved, markdownOf, noteOf, someone, textOf } from './people.ts';

const source = `# Raw

Press <kbd>Ctrl</kbd> here

<details>
<summary>More</summary>

<img src="https://images.example/pixel.png" onerror="alert(1)">

:::info
boxed
:::

end
`;

test('two people edit the source of one block, and nothing in it loads or runs', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, source);
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  const requests: string[] = [];
  const alerts: string[] = [];
  ana.page.on('request', (request) => requests.push(request.url()));
  ana.page.on('dialog', (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  const box = (who: typeof ana) => who.text.locator('pre.raw', { hasText: '<details>' }).locator('code');
  await box(ana).click();
  await ana.page.keyboard.press('ArrowUp');
  await ana.page.keyboard.press('Home');
  await box(ben).click();
  await ben.page.keyboard.press('End');
  await Promise.all([
    ana.page.keyboard.type('<div>ana', { delay: 15 }),
    ben.page.keyboard.type('<b>ben', { delay: 15 }),
  ]);
  await ben.page.keyboard.press('Enter');
  await ben.page.keyboard.type('</b>');
  const expected = '<div>ana<details>\n<summary>More</summary><b>ben\n</b>';
  await expect(box(ana)).toHaveText(expected, { useInnerText: true });
  await expect(box(ben)).toHaveText(expected, { useInnerText: true });
  await expectSaved(ana.page);
  await expectSaved(ben.page);
  expect(await markdownOf(page, path)).toBe(source.replace('<details>\n<summary>More</summary>', expected));
  expect(requests.filter((url) => url.includes('images.example'))).toEqual([]);
  expect(alerts).toEqual([]);
  await Promise.all([ana.leave(), ben.leave()]);
});

test('a source box is entered, written in and left by keyboard', async ({ page }) => {
  const path = await noteOf(page, '<div>\n\none\n\n:::info\nx\n:::');
  await page.goto(path);
  const text = textOf(page);
  await caretAtEnd(text, 'one');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.type(' note');
  await page.keyboard.press('Escape');
  await page.keyboard.type('after');
  await expect(text.locator('p').last()).toHaveText('after');
  // All at once: no frame comes between in which the browser would tell the editor of the caret's new place.
  const keys = ['Home', 'Backspace', 'Backspace', ':'];
  await Promise.all(keys.map((key) => page.keyboard.press(key)));
  // From above the first box, where a line is made only by writing.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.type('before');
  await expect(text.locator('p').first()).toHaveText('before');
  await page.keyboard.press('Delete');
  await page.keyboard.type('<p>');
  await expect(text.locator('pre.raw')).toHaveText(['<p><div>', ':::info note\nx\n:::'], {
    useInnerText: true,
  });
  await expectSaved(page);
  expect(await markdownOf(page, path)).toBe('before\n\n<p><div>\n\none\n\n:::info note\nx\n:::\n\nafter\n');
});

test('inline source is a button that opens a field, by mouse and by keyboard', async ({ page, browser }) => {
  const path = await noteOf(page, source);
  const ben = await someone(browser, path);
  await page.goto(path);
  const text = textOf(page);
  await text.getByRole('button', { name: 'Source: <kbd>' }).click();
  const field = text.getByRole('textbox', { name: 'Source' });
  await expect(field).toBeFocused();
  await field.fill('<b class="x">');
  await page.keyboard.press('Enter');
  await expect(ben.text.getByRole('button', { name: 'Source: <b class="x">' })).toBeVisible();
  await page.keyboard.type('now ');
  await expect(ben.text.locator('p').first()).toHaveText('Press <b class="x">now Ctrl</kbd> here');

  await page.keyboard.press('Control+Home');
  await caretAtEnd(text, 'end');
  await text.getByRole('button', { name: 'Source: </kbd>' }).click();
  await field.fill('gone');
  await page.keyboard.press('Escape');
  await expect(text.getByRole('button', { name: 'Source: </kbd>' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('</kbd>');
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await text.getByText('end', { exact: true }).click();
  await expect(ben.text.getByRole('button', { name: 'Source: </kbd>!' })).toBeVisible();
  await expectSaved(page);
  expect(await markdownOf(page, path)).toContain('Press <b class="x">now Ctrl');
  await ben.leave();
});

test('all of a note goes to another by the clipboard, and as plain text it is the source', async ({
  page,
}) => {
  const from = await noteOf(page, source);
  const to = await noteOf(page, 'x');
  await page.goto(from);
  await textOf(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await page.goto(to);
  await textOf(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+v');
  await expect(textOf(page).locator('pre.raw')).toHaveCount(3);
  await expectSaved(page);
  expect(await markdownOf(page, to)).toBe(source);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+Shift+v');
  await expect(textOf(page).locator('pre.raw, code.raw')).toHaveCount(0);
  await expect(textOf(page)).toContainText('<summary>More</summary>');
  await expect(textOf(page)).toContainText('Press <kbd>Ctrl</kbd> here');
});

test('long source scrolls in its box, and so do the carets of others', async ({ page, browser }) => {
  const rows = Array.from({ length: 60 }, (_, i) => `<tr><td>row ${i}</td></tr>`).join('\n');
  const path = await noteOf(page, `<table>\n${rows}\n</table>\n\nend`);
  const narrow = { viewport: { width: 390, height: 844 } };
  const [ana, ben] = await Promise.all([someone(browser, path, narrow), someone(browser, path, narrow)]);
  const box = ana.text.locator('pre.raw');
  expect((await box.boundingBox())!.height).toBeLessThan(400);
  expect(await box.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
  await ben.text.locator('pre.raw code').click({ position: { x: 20, y: 8 } });
  const caret = ana.page.locator('.remote-caret');
  await expect(caret).toHaveCount(1);
  await box.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(caret).toHaveCount(0);
  await box.evaluate((element) => element.scrollTo(0, 0));
  await expect(caret).toHaveCount(1);
  await Promise.all([ana.leave(), ben.leave()]);
});

test('a note that was dropped differs in one line from what is downloaded after a word was typed', async ({
  page,
}) => {
  const seed = readFileSync('tests/golden/seed-meeting.md', 'utf8');
  await page.goto('/');
  await dropMarkdown(page, seed);
  await caretAtEnd(textOf(page), 'We say Yes! to the organisers');
  await page.keyboard.type(' gladly');
  await expectSaved(page);
  await page.getByRole('button', { name: 'Note menu' }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download .md' }).click();
  const lines = readFileSync(await (await downloading).path(), 'utf8').split('\n');
  const before = seed.split('\n');
  expect(lines).toHaveLength(before.length);
  expect(lines.filter((line, i) => line !== before[i])).toEqual([
    '        - We say Yes! to the organisers gladly',
  ]);
});
