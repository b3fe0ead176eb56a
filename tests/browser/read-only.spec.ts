// [F1] The server says that it cannot save, and later that it can. Here somebody between it and the page says so.
import { expect, test, type Page, type WebSocketRoute } from '@playwright/test';
import * as encoding from 'lib0/encoding';
import { caretAtEnd, expectSaved, noteOf, saveState, textOf } from './people.ts';

/** Says to the page, in the server's place, what a notice holds. */
type Say = (notice: object) => void;

async function betweenServerAnd(page: Page): Promise<Say> {
  const messageNotice = 6;
  let toPage: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/collab\//, (socket) => {
    socket.connectToServer();
    toPage = socket;
  });
  return (notice) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, messageNotice);
    encoding.writeVarString(encoder, JSON.stringify(notice));
    toPage!.send(Buffer.from(encoding.toUint8Array(encoder)));
  };
}

const lines = Array.from({ length: 60 }, (_, n) => `Line ${n + 1}`);

test('[F1] who writes far down sees why nothing can be written, and writes on where they were once it can', async ({
  page,
}) => {
  const path = await noteOf(page, `# Long\n\n${lines.join('\n\n')}`);
  const say = await betweenServerAnd(page);
  await page.goto(path);
  const text = textOf(page);
  await caretAtEnd(text, 'Line 60');
  await page.keyboard.type(' is');
  await expectSaved(page);

  say({ kind: 'read-only', reason: 'The disk is full.' });
  await expect(saveState(page)).toHaveText('Read only');
  await expect(page.getByRole('alert')).toHaveText('The disk is full.');
  await expect(page.getByRole('alert')).toBeInViewport();
  await expect(page.getByRole('status').filter({ hasText: 'The disk is full.' })).toHaveCount(0);
  await expect(text).toHaveAttribute('contenteditable', 'false');
  await page.keyboard.type(' not');

  say({ kind: 'live' });
  await expect(text).toHaveAttribute('contenteditable', 'true');
  await expect(page.getByRole('status').filter({ hasText: 'You can write again.' })).toHaveCount(1);
  await page.keyboard.type(' the last');
  await expect(text.getByText('Line 60 is the last', { exact: true })).toBeVisible();
  await expectSaved(page);
});

test('[F1] who went elsewhere meanwhile is left there', async ({ page }) => {
  const path = await noteOf(page, '# Short\n\nStart');
  const say = await betweenServerAnd(page);
  await page.goto(path);
  await caretAtEnd(textOf(page), 'Start');
  await expectSaved(page);
  say({ kind: 'read-only', reason: 'The disk is full.' });
  await expect(page.getByRole('alert')).toBeVisible();
  const home = page.getByRole('link', { name: 'Your notes' });
  await home.focus();
  say({ kind: 'live' });
  await expect(page.getByRole('alert')).toBeHidden();
  await expect(textOf(page)).toHaveAttribute('contenteditable', 'true');
  await expect(home).toBeFocused();
});
