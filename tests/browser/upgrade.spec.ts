// [V1] A page that was left open while the server got a newer schema. Its next connection names the older version.
import { expect, test } from '@playwright/test';
import { openTcpProxy } from '../support/tcp-proxy.mjs';
import { caretAtEnd, expectSaved, noteOf, saveState, someone } from './people.ts';

test('[V1] a page older than the server shows its text, takes no more, and loses nothing by reloading', async ({
  browser,
  page,
  baseURL,
}) => {
  const network = await openTcpProxy({ port: Number(new URL(baseURL!).port) });
  const path = await noteOf(page, '# Before the update');
  const ana = await someone(browser, path);
  await ana.page.addInitScript(() => {
    const Socket = WebSocket;
    globalThis.WebSocket = class extends Socket {
      constructor(url: string | URL, protocols?: string | string[]) {
        const isOld = document.documentElement.hasAttribute('data-old');
        super(isOld ? String(url).replace(/schema=[0-9]+/, 'schema=0') : url, protocols);
      }
    };
  });
  await ana.page.goto(`http://localhost:${network.port}${path}`);
  const ben = await someone(browser, path);
  await Promise.all([expectSaved(ana.page), expectSaved(ben.page)]);

  network.cut();
  await caretAtEnd(ana.text, 'Before the update');
  await ana.page.keyboard.type(', not sent yet');
  await expect(saveState(ana.page)).toHaveText('Offline, kept on this device');
  await ana.page.evaluate(() => document.documentElement.setAttribute('data-old', ''));
  network.mend();

  const alert = ana.page.getByRole('alert');
  await expect(alert).toContainText('Reload: this page is too old for this note.');
  await expect(saveState(ana.page)).toHaveText('Disconnected');
  await expect(ana.text).toContainText('Before the update, not sent yet');
  await expect(ana.text).toHaveAttribute('contenteditable', 'false');
  await alert.getByRole('button', { name: 'Reload' }).click();
  await expectSaved(ana.page);
  await expect(ben.text).toContainText('Before the update, not sent yet');
  await Promise.all([ana.leave(), ben.leave()]);
  await network.close();
});
