import { expect, test } from '@playwright/test';
import { noteOf, textOf } from './people.ts';

const words = 'We wrote down what they said as they said it. ';
const long = Array.from({ length: 60 }, (_, part) =>
  [
    `## Part ${part}`,
    ...Array.from({ length: 5 }, (_, line) => `${part}.${line} ${words.repeat(1 + 2 * line)}`.trim()),
    `* a point\n* [ ] @ana writes (by 2026-12-01)`,
    '| a | b |\n|---|---|\n| 1 | 2 |',
  ].join('\n\n'),
).join('\n\n');

test('a long note is drawn where it is seen, and its lines stand where they would if all of it were', async ({
  page,
}) => {
  await page.goto(await noteOf(page, `# Long\n\n${long}`));
  const places = () =>
    textOf(page).evaluate((text) =>
      [...text.children].map((block) => block.getBoundingClientRect().top + scrollY),
    );
  const isDrawn = () =>
    textOf(page)
      .locator('li > p')
      .last()
      .evaluate((line) => line.checkVisibility({ contentVisibilityAuto: true }));
  await expect.poll(isDrawn).toBe(false);
  const seen = await places();
  await page.locator('.is-long').evaluate((editor) => editor.classList.remove('is-long'));
  await expect.poll(isDrawn).toBe(true);
  expect(await places()).toEqual(seen);
});

test('one gets to the end of a long note, to a match and back, and the caret is on the screen', async ({
  page,
}) => {
  await page.goto(await noteOf(page, `# Long\n\n${long}\n\nthe very end`));
  await page.getByRole('heading', { name: 'Long' }).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' of it');
  await expect(page.getByText('the very end of it')).toBeInViewport();
  await page.keyboard.press('Control+f');
  await page.getByLabel('Find in this note').fill('31.2 We');
  await page.keyboard.press('Enter');
  await expect(page.locator('.ProseMirror-active-search-match')).toBeInViewport();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Home');
  await expect(page.getByRole('heading', { name: 'Long' })).toBeInViewport();
});
