// People in browsers: each has a device of their own (cookies, storage, network).
import { expect, type Browser, type BrowserContextOptions, type Locator, type Page } from '@playwright/test';

export interface Someone {
  page: Page;
  /** The text being written. */
  text: Locator;
  /** Cuts or mends this person's network. */
  offline(isOffline: boolean): Promise<void>;
  leave(): Promise<void>;
}

/** A new person on a new device, at `path`. */
export async function someone(
  browser: Browser,
  path: string,
  options: BrowserContextOptions = {},
): Promise<Someone> {
  const context = await browser.newContext({
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  await page.goto(path);
  return {
    page,
    text: textOf(page),
    offline: (isOffline) => context.setOffline(isOffline),
    leave: () => context.close(),
  };
}

export const textOf = (page: Page) => page.getByRole('textbox', { name: 'Note text' });

/** A note made of markdown by the API; returns its path. */
export async function noteOf(page: Page, markdown: string): Promise<string> {
  const response = await page.request.post('/api/notes', {
    headers: { 'content-type': 'text/markdown' },
    data: markdown,
  });
  expect(response.status()).toBe(201);
  const { id } = (await response.json()) as { id: string };
  return `/n/${id}`;
}

/** Starts a meeting from the home page as a person would; returns its path. */
export async function startMeeting(page: Page, title: string): Promise<string> {
  await page.goto('/');
  await page.getByRole('button', { name: 'New meeting' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Start the meeting' }).click();
  await expect(textOf(page)).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Lets a file with this in it fall on the page. */
export async function dropMarkdown(page: Page, markdown: string): Promise<void> {
  const dropped = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], 'notes.md', { type: 'text/markdown' }));
    return data;
  }, markdown);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
}

export const saveState = (page: Page) => page.locator('[data-save]');
export const expectSaved = (page: Page) => expect(saveState(page)).toHaveText('Saved');

/** Puts the caret at the end of the block that reads `words`. */
export async function caretAtEnd(text: Locator, words: string): Promise<void> {
  await text.getByText(words, { exact: true }).click();
  await text.press('End');
}

export const markdownOf = async (page: Page, path: string): Promise<string> =>
  (await page.request.get(`${path}.md`)).text();
