import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import { expectSaved, noteOf, someone, startMeeting, textOf } from './people.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe holds to be serious or worse on the page as it is now. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await import('node:fs').then(({ readFileSync }) => readFileSync(axe, 'utf8')));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: AxeViolation[] }> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
}

interface AxeViolation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

const meeting =
  '# Read me\n\nRoll call:\n\n* Min RK / Simula / @minrk\n\n**Decision:** Yes (accepted)\n\n- [ ] @minrk do it (by 2026-12-01)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code` and [link](https://example.org) and <kbd>x</kbd>\n\n<div>\n' +
  'raw\n'.repeat(30) +
  '</div>\n\n[^1]: A footnote';

test('without scripts the text is all there', async ({ browser, page }) => {
  const path = await noteOf(page, meeting);
  const reader = await someone(browser, path, { javaScriptEnabled: false });
  await expect(reader.page.getByRole('heading', { level: 1 })).toHaveText('Read me');
  await expect(reader.page.getByText('Min RK / Simula / @minrk')).toBeVisible();
  await expect(reader.page.getByText('Yes', { exact: true })).toBeVisible();
  await reader.leave();
});

for (const width of [1280, 390]) {
  test(`nothing moves when the editor takes over, ${width} px wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    const path = await noteOf(page, meeting);
    await page.addInitScript(() => {
      const shifts: number[] = [];
      Object.assign(window, { shifts });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(path);
    await expectSaved(page);
    await expect(textOf(page)).toBeVisible();
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.001);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious, ${colorScheme}`, async ({ browser, page }) => {
    const path = await noteOf(page, meeting);
    const ana = await someone(browser, path, { colorScheme });
    await expectSaved(ana.page);
    await ana.page.getByRole('button', { name: 'Sign the roll call' }).click();
    expect(await seriousFindings(ana.page)).toEqual([]);
    await ana.page.getByLabel('Name').fill('Ana');
    await ana.page.keyboard.press('Enter');
    await expect(ana.page.getByText('You signed')).toBeVisible();
    expect(await seriousFindings(ana.page)).toEqual([]);
    await ana.page.getByRole('button', { name: 'Note menu' }).click();
    expect(await seriousFindings(ana.page)).toEqual([]);
    await ana.page.goto('/');
    expect(await seriousFindings(ana.page)).toEqual([]);
    await ana.page.getByRole('button', { name: 'New meeting' }).click();
    expect(await seriousFindings(ana.page)).toEqual([]);
    await ana.leave();
  });
}

test('the whole meeting can be held by keyboard', async ({ page }) => {
  await page.goto('/');
  const press = async (name: string) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
      });
      if (label === name) return page.keyboard.press('Enter');
    }
    throw new RangeError(`No Tab leads to “${name}”.`);
  };
  await press('New meeting');
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Enter');
  const text = textOf(page);
  await expect(text).toBeVisible();

  await text.focus();
  await page.keyboard.press('Control+Alt+s');
  await page.keyboard.type('Ana Sousa');
  await page.keyboard.press('Enter');
  await expect(page.getByText('You signed')).toBeVisible();

  await text.focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('Ship it');
  await page.keyboard.press('Control+Alt+d');
  await page.keyboard.press('Alt+F10');
  await expect(page.getByRole('toolbar').getByRole('button').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(text).toBeFocused();
  await expect(text.locator('.decision')).toHaveCount(1);
  await expectSaved(page);
});

test('a new meeting tells axe nothing serious either', async ({ page }) => {
  await startMeeting(page, 'Plain');
  await expectSaved(page);
  expect(await seriousFindings(page)).toEqual([]);
});
