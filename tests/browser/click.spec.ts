// Where one clicks, one writes, however much comes from others in that moment.
import { expect, test, type Page } from '@playwright/test';
import { caretAtEnd, expectSaved, noteOf, someone } from './people.ts';

/** What the page's connection can be told: hold back what arrives, and hand it over. */
interface Valve {
  hold(): void;
  held(): number;
  release(): void;
}

declare global {
  var valve: Valve;
}

/** Puts a valve on the connection of whatever page is loaded next. */
const fitValve = (page: Page) =>
  page.addInitScript(() => {
    const Socket = WebSocket;
    let held: (() => void)[] | null = null;
    globalThis.valve = {
      hold: () => void (held ??= []),
      held: () => held?.length ?? 0,
      release() {
        const all = held ?? [];
        held = null;
        for (const hand of all) hand();
      },
    };
    globalThis.WebSocket = class extends Socket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('message', (event) => {
          if (!held || !event.isTrusted) return;
          event.stopImmediatePropagation();
          held.push(() => this.dispatchEvent(new MessageEvent('message', { data: event.data })));
        });
      }
    };
  });

test('a click counts although somebody’s words arrive before the browser has told of it', async ({
  page,
  browser,
}) => {
  const path = await noteOf(page, 'The first line\n\nThe last line');
  const ana = await someone(browser, path);
  await fitValve(ana.page);
  await ana.page.reload();
  const ben = await someone(browser, path);
  await Promise.all([expectSaved(ana.page), expectSaved(ben.page)]);
  await caretAtEnd(ana.text, 'The first line');
  await ana.page.keyboard.type('.');
  await expectSaved(ana.page);

  await ana.page.evaluate(() => valve.hold());
  await caretAtEnd(ben.text, 'The first line.');
  await ben.page.keyboard.type(' More.');
  await ana.page.waitForFunction(() => valve.held() > 0);
  await expectSaved(ben.page);
  await ana.text.getByText('The last line').evaluate((line) => {
    getSelection()!.collapse(line, line.childNodes.length); // the browser's half of a click
    valve.release();
  });
  await ana.page.keyboard.type(' Here.');
  await expect(ben.text).toContainText('The last line Here.');
  await expect(ana.text).toContainText('The first line. More.');
  await Promise.all([ana.leave(), ben.leave()]);
});
