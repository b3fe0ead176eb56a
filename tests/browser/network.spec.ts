// A network that breaks in the ways networks do, between real browsers and the real server. Ana sits behind it, Ben
// does not. Nothing is lost; what is not saved is shown as not saved; whoever wakes up or gets the network back has
// everything without doing anything. How soon (8 s, 3 s) is tested with a clock in note-session.svelte.test.ts, and
// measured by the bench (page-back).
import { test as base, expect, type Page } from '@playwright/test';
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.mjs';
import { caretAtEnd, expectSaved, markdownOf, noteOf, saveState, someone, type Someone } from './people.ts';

interface Scene {
  network: TcpProxy;
  ana: Someone;
  ben: Someone;
}

interface Options {
  /** After so long without a byte the network drops a connection. */
  idleMs: number;
}

const test = base.extend<{ scene: Scene } & Options>({
  idleMs: [Infinity, { option: true }],
  scene: async ({ browser, page, baseURL, idleMs }, use) => {
    const network = await openTcpProxy({ port: Number(new URL(baseURL!).port), idleMs });
    const path = await noteOf(page, 'The first line\n\nThe last line');
    const ana = await someone(browser, `http://localhost:${network.port}${path}`);
    const ben = await someone(browser, path);
    await Promise.all([expectSaved(ana.page), expectSaved(ben.page)]);
    await use({ network, ana, ben });
    await Promise.all([ana.leave(), ben.leave()]);
    await network.close();
  },
});

async function write({ text, page }: Someone, after: string, words: string): Promise<void> {
  await caretAtEnd(text, after);
  await page.keyboard.type(words);
}

const expectOffline = (page: Page) => expect(saveState(page)).toHaveText('Offline, kept on this device');
const expectNotSaved = (page: Page) => expect(saveState(page)).not.toHaveText('Saved');

/** Long, for a busy machine, and sooner than y-websocket notices by itself that a connection is dead (30 s). */
const soon = { timeout: 20_000 };

/** From now on Ana is saved, and both have the same text. */
async function expectBack({ ana, ben }: Scene, words: string[]): Promise<void> {
  await expect(saveState(ana.page)).toHaveText('Saved', soon);
  for (const { text } of [ana, ben]) for (const part of words) await expect(text).toContainText(part);
  expect(await ana.text.innerText()).toBe(await ben.text.innerText());
}

test('the connection is cut: shown at once, and all is there when the network is', async ({ scene }) => {
  const { network, ana, ben } = scene;
  network.cut();
  await write(ana, 'The first line', ', written in the dark');
  await expectOffline(ana.page);
  await write(ben, 'The last line', ', written meanwhile');
  network.mend();
  await expectBack(scene, ['The first line, written in the dark', 'The last line, written meanwhile']);
});

for (const { what, keys, after } of [
  { what: 'made a heading', keys: [...'## '], after: '## The first line' },
  {
    what: 'cut in two',
    keys: [...Array<string>(3).fill('ArrowRight'), 'Enter'],
    after: '\n\nfirst line',
  },
]) {
  test(`words written in the dark stay in their line, which was ${what} meanwhile`, async ({ scene }) => {
    const { network, ana, ben } = scene;
    await ana.page.clock.install();
    await ana.page.reload();
    await expectSaved(ana.page);
    network.cut();
    await write(ana, 'The first line', ', written in the dark');
    await expectOffline(ana.page);
    await caretAtEnd(ben.text, 'The first line');
    for (const key of ['Home', ...keys]) await ben.page.keyboard.press(key);
    await expectSaved(ben.page);
    // So long ago that whoever has a connection has it by now.
    await ana.page.clock.fastForward('03');
    network.mend();
    await expectBack(scene, ['first line, written in the dark']);
    const path = new URL(ana.page.url()).pathname;
    expect(await markdownOf(ana.page, path)).toContain(`${after}, written in the dark`);
  });
}

test('who has lost the connection sees everybody again with it, also those who do nothing', async ({
  scene,
}) => {
  const { network, ana } = scene;
  const both = ana.page.getByRole('button', { name: '2 people are here' });
  await expect(both).toBeVisible();
  network.cut();
  await expectOffline(ana.page);
  await expect(both).toBeHidden();
  network.mend();
  await expectSaved(ana.page);
  await expect(both).toBeVisible();
});

test('nothing moves and nobody is told: not saved is shown, and it goes on where it stopped', async ({
  scene,
}) => {
  const { network, ana, ben } = scene;
  network.hold();
  await write(ana, 'The first line', ', in the tunnel');
  await expectNotSaved(ana.page);
  await expectOffline(ana.page);
  await write(ben, 'The last line', ', outside');
  network.mend();
  await expectBack(scene, ['The first line, in the tunnel', 'The last line, outside']);
});

test('the connection is dead and looks open: whoever writes is told, and gets a new one by itself', async ({
  scene,
}) => {
  const { network, ana, ben } = scene;
  network.strand();
  await write(ana, 'The first line', ', into the void');
  await expectNotSaved(ana.page);
  await expectOffline(ana.page);
  await write(ben, 'The last line', ', unheard');
  await expectBack(scene, ['The first line, into the void', 'The last line, unheard']);
});

test('the network has changed: everything is there once the browser knows', async ({ scene }) => {
  const { network, ana, ben } = scene;
  network.strand();
  await write(ben, 'The last line', ', unheard');
  await write(ana, 'The first line', ', into the void');
  await ana.page.evaluate(() => {
    document.execCommand('insertText', false, '!');
    setTimeout(() => dispatchEvent(new Event('online')), 0); // the letter is just getting out
  });
  await expectBack(scene, ['The first line, into the void!', 'The last line, unheard']);
});

test('a laptop wakes up: everything is there', async ({ scene }) => {
  const { network, ana, ben } = scene;
  await ana.page.clock.install();
  await ana.page.reload();
  await expectSaved(ana.page);
  await write(ana, 'The first line', ', before the nap');
  await expectSaved(ana.page);
  network.strand();
  await write(ben, 'The last line', ', during the nap');
  await ana.page.clock.fastForward('20');
  await expect(ana.text).toContainText(', during the nap', soon);
  await expectBack(scene, ['The first line, before the nap', 'The last line, during the nap']);
});

test('a network that comes and goes while both write loses nothing', async ({ scene }) => {
  const { network, ana, ben } = scene;
  await caretAtEnd(ana.text, 'The first line');
  await caretAtEnd(ben.text, 'The last line');
  const faults = [() => network.cut(), () => network.hold(), () => network.strand(), () => network.cut()];
  for (const [n, fault] of faults.entries()) {
    await ana.page.keyboard.type(` ana${n}`);
    fault();
    await ana.page.keyboard.type(` dark${n}`);
    await ben.page.keyboard.type(` ben${n}`);
    network.mend();
    await ana.page.keyboard.type(` light${n}`);
  }
  await expectBack(scene, [
    'ana0 dark0 light0 ana1 dark1 light1 ana2 dark2 light2 ana3 dark3 light3',
    'ben0 ben1 ben2 ben3',
  ]);
});

test('a slow line is slow, and is not taken for none', async ({ scene }) => {
  const { network, ana, ben } = scene;
  await caretAtEnd(ana.text, 'The first line');
  await caretAtEnd(ben.text, 'The last line');
  network.delayMs = 750;
  const seen = new Set<string | null>();
  await ana.page.exposeFunction('tell', (state: string | null) => seen.add(state));
  await saveState(ana.page).evaluate((sign) => {
    const tell = () => (globalThis as unknown as { tell(state: string | null): void }).tell(sign.textContent);
    new MutationObserver(tell).observe(sign, { subtree: true, childList: true, characterData: true });
  });
  await ana.page.keyboard.type(', by modem');
  await expectNotSaved(ana.page);
  await ben.page.keyboard.type(', by fibre');
  await expectBack(scene, ['The first line, by modem', 'The last line, by fibre']);
  expect([...seen].filter((state) => state?.includes('Offline'))).toEqual([]);
});

test.describe('behind a proxy that drops what is silent', () => {
  test.use({ idleMs: 1500 });

  test('a note that nobody writes in comes back by itself, and nothing is lost', async ({ scene }) => {
    const { ana, ben } = scene;
    const dropped = ana.page.waitForEvent('websocket');
    await dropped; // the next connection: the first has been dropped
    await write(ben, 'The last line', ', after a silence');
    await write(ana, 'The first line', ', after a silence');
    await expectBack(scene, ['The first line, after a silence', 'The last line, after a silence']);
  });
});
