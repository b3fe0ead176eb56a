import { expect, test } from '@playwright/test';
import { caretAtEnd, expectSaved, markdownOf, noteOf, someone, textOf } from './people.ts';

test('a line becomes a decision and back without losing a word, while another types in it', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '# Decide\n\nWe say yes');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'We say yes');
  await caretAtEnd(ben.text, 'We say yes');
  const typing = ben.page.keyboard.type(' to the organisers', { delay: 20 });
  await ana.page.keyboard.press('Control+Alt+d');
  await typing;
  await expect(ana.text.locator('.decision p')).toHaveText('We say yes to the organisers');

  await ana.text.getByLabel('Decision', { exact: true }).selectOption('Accepted');
  await ana.text.getByLabel('Decided by').fill('Min RK');
  await ana.text.getByLabel('Decided by').press('Enter');
  await expect(ben.text.locator('.decision')).toHaveAttribute('data-state', 'accepted');
  await expect(ben.text.getByLabel('Decided by')).toHaveValue('Min RK');
  await expectSaved(ana.page);
  expect(await markdownOf(page, path)).toMatch(
    /\*\*Decision:\*\* We say yes to the organisers \(accepted by Min RK on \d{4}-\d\d-\d\d\)/,
  );

  await ana.text.locator('.decision p').click();
  await ana.page.keyboard.press('Control+Alt+d');
  await expect(ben.text.locator('.decision')).toHaveCount(0);
  await expect(ben.text).toContainText('We say yes to the organisers');
  await Promise.all([ana.leave(), ben.leave()]);
});

test('a line becomes an action item while another types in it, and neither place nor letter is lost', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, '# Act\n\nOpen the');
  const [ana, ben] = await Promise.all([someone(browser, path), someone(browser, path)]);
  await caretAtEnd(ana.text, 'Open the');
  await caretAtEnd(ben.text, 'Open the');
  const typing = ben.page.keyboard.type(' pull request for the release', { delay: 20 });
  await ana.page.keyboard.press('Control+Alt+a');
  await typing;
  await expect(ana.text.locator('li[data-action]')).toHaveText('Open the pull request for the release');
  await expect(ben.text.locator('li[data-action]')).toHaveText('Open the pull request for the release');
  await Promise.all([ana.leave(), ben.leave()]);
});

test('an action item has assignees from the roll call, a due date and a box to tick', async ({ page }) => {
  const path = await noteOf(
    page,
    '# Act\n\nRoll call:\n\n* Min RK / Simula / @minrk\n\n## Next\n\nOpen the PR',
  );
  await page.goto(path);
  const text = textOf(page);
  await page.getByRole('button', { name: 'Sign the roll call' }).click();
  await page.getByLabel('Name').fill('Carol Willing');
  await page.getByLabel('Handle').fill('willingc');
  await page.keyboard.press('Enter');
  await expect(page.getByText('You signed')).toBeVisible();

  await caretAtEnd(text, 'Open the PR');
  await page.keyboard.press('Control+Alt+a');
  await page.keyboard.type(' with @wil');
  await expect(page.getByRole('option', { name: /Carol Willing/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(text.locator('.assignee')).toHaveText('@willingc');
  await page.getByLabel('due').pressSequentially('12012026');
  await expect(text.locator('.due')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(text).toBeFocused();
  await expect(text.locator('.due')).toHaveText('(by 2026-12-01)');
  await text.getByRole('checkbox', { name: 'Done' }).check();
  await expectSaved(page);
  expect(await markdownOf(page, path)).toMatch(/- \[x\] Open the PR with @willingc +\(by 2026-12-01\)/);

  await text.getByText('Open the PR').click();
  await page.keyboard.press('Control+Alt+a');
  await expect(text.getByRole('checkbox')).toHaveCount(0);
  await expect(text).toContainText('Open the PR with @willingc');
});

test('the slash menu makes blocks, by keyboard alone', async ({ page }) => {
  await page.goto(await noteOf(page, '# Slash\n\nHere'));
  const text = textOf(page);
  await caretAtEnd(text, 'Here');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/dec');
  await expect(page.getByRole('option', { name: 'Decision' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Ship it');
  await expect(text.locator('.decision p')).toHaveText('Ship it');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/roll');
  await page.keyboard.press('Enter');
  await expect(text.getByRole('button', { name: 'Sign the roll call' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('/tab');
  await page.keyboard.press('Enter');
  await expect(text.getByRole('columnheader')).toHaveCount(3);
});

test('typing markdown makes what it says', async ({ page }) => {
  const path = await noteOf(page, '# Typed\n\nHere');
  await page.goto(path);
  const text = textOf(page);
  await caretAtEnd(text, 'Here');
  for (const line of [
    '## Heading',
    '- point',
    '',
    '1. first',
    '',
    '[ ] task',
    '',
    '> quote',
    '',
    '',
    '**bold** and `code`',
  ]) {
    await page.keyboard.press('Enter');
    await page.keyboard.type(line);
  }
  await expect(text.getByRole('heading', { level: 2 })).toHaveText('Heading');
  await expect(text.locator('ul > li').first()).toHaveText('point');
  await expect(text.locator('ol > li')).toHaveText('first');
  await expect(text.getByRole('checkbox')).toHaveCount(1);
  await expect(text.locator('blockquote')).toContainText('quote');
  await expect(text.locator('strong')).toHaveText('bold');
  await expect(text.locator('code')).toHaveText('code');
});

test('links and images come from a dialog that refuses what is no web address', async ({ page }) => {
  await page.goto(await noteOf(page, '# Links\n\nread this'));
  const text = textOf(page);
  await text.getByText('read this').dblclick();
  await page.keyboard.press('Control+k');
  await page.getByLabel('Address').fill('javascript:alert(1)');
  await page.getByRole('button', { name: 'Link', exact: true }).last().click();
  await expect(page.getByText('This is not a web address.')).toBeVisible();
  await page.getByLabel('Address').fill('example.org/page');
  await page.keyboard.press('Enter');
  await expect(text.getByRole('link')).toHaveAttribute('href', 'https://example.org/page');
});
