// [F1] The server says that it cannot save, and later that it can. Here somebody between it and the page says so.
import { readFile } from 'node:fs/promises';
import { expect, test, type Page, type WebSocketRoute } from '@playwright/test';
import * as encoding from 'lib0/encoding';
import { caretAtEnd, expectSaved, markdownOf, noteOf, saveState, textOf } from './people.ts';

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

test('what the server does not take can be downloaded, and then one goes on without it', async ({ page }) => {
  const path = await noteOf(page, '# Full\n\nWhat all have');
  let isFull = true;
  await page.routeWebSocket(/\/collab\//, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const [type, kind, length] = frame as Buffer;
      const hasChange = type === 0 && kind !== 0 && length! > 2; // an empty update has two bytes
      if (hasChange && isFull) void socket.close({ code: 4413, reason: 'This note is full.' });
      else server.send(frame);
    });
  });
  await page.goto(path);
  await expectSaved(page);
  await caretAtEnd(textOf(page), 'What all have');
  await page.keyboard.insertText(', and this');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('This note is full. What you wrote last is not in the note');

  // Reloading does not help: this device has kept it.
  await alert.getByRole('button', { name: 'Reload' }).click();
  await expect(textOf(page)).toContainText('What all have, and this');
  const goOn = alert.getByRole('button', { name: 'Go on without it' });
  await expect(goOn).toBeHidden();
  const download = page.waitForEvent('download');
  await alert.getByRole('button', { name: 'Download the text you see' }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toContain('What all have, and this');
  isFull = false;
  await goOn.click();
  await expect(textOf(page).getByText('What all have', { exact: true })).toBeVisible();
  await caretAtEnd(textOf(page), 'What all have');
  await page.keyboard.type('!');
  await expectSaved(page);
  await page.reload();
  await expect(textOf(page).getByText('What all have!', { exact: true })).toBeVisible();
  expect(await markdownOf(page, path)).not.toContain('and this');
});

test('[E1] who has downloaded the text of an earlier note can still reload to the present one', async ({
  page,
}) => {
  const path = await noteOf(page, '# Earlier\n\nA line');
  let isAnother = false;
  await page.routeWebSocket(/\/collab\//, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      if (isAnother) void socket.close({ code: 4410, reason: 'This page kept another note.' });
      else server.send(frame);
    });
  });
  await page.goto(path);
  await expectSaved(page);
  isAnother = true;
  await caretAtEnd(textOf(page), 'A line'); // told at once
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download what this device kept' }).click();
  expect(await readFile(await (await download).path(), 'utf8')).toContain('A line');
  isAnother = false;
  await page.getByRole('alert').getByRole('button', { name: 'Reload' }).click();
  await expectSaved(page);
});
