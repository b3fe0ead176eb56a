// A note in a real Chromium, with meters put in before the page's own script runs (page-meters.js).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../server/chromium.mjs';

const installed = findChromium();
const letters = 'what they say is written down here ';

/** @param {import('./person.mjs').Room} room @param {string | null} profile where to put a CPU profile of the page */
export async function openPage({ port, path }, profile) {
  const browser = await chromium.launch({
    ...(installed && { executablePath: installed }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.addInitScript({ path: join(import.meta.dirname, 'page-meters.js') });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const noteId = path.replace(/^\/collab\//, '').replace(/\?.*$/, '');
  await page.goto(`http://127.0.0.1:${port}/n/${noteId}`);
  const text = page.getByRole('textbox', { name: 'Note text' });
  await text.waitFor();
  /** CPU of the main thread so far, in seconds. */
  const cpu = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  let before = 0;

  return {
    /** Puts the caret at the end of the line that begins with these words. @param {string} beginning */
    async goToLine(beginning) {
      await text.getByText(beginning).first().click();
      await page.keyboard.press('End');
    },
    text: () => text.innerText(),
    /** @param {string} words all of the text */
    waitForText: (words) =>
      page.waitForFunction((all) => document.querySelector('[role=textbox]').innerText === all, words),
    /** @param {'saved' | 'offline'} state what the page says of what was written */
    waitForState: (state) =>
      page.waitForFunction((wanted) => document.querySelector(`[data-save=${wanted}]`), state),
    /** Loads the page anew, with a clock that can be put forward. */
    async startClock() {
      await page.clock.install();
      await page.reload();
      await text.waitFor();
    },
    /** The device sleeps, and wakes up now. @param {string} seconds */
    sleep: (seconds) => page.clock.fastForward(seconds),
    /** The browser lets the page know. @param {string} event */
    tell: (event) => page.evaluate((type) => window.dispatchEvent(new Event(type)), event),
    /** @param {number} count @param {number} everyMs */
    async type(count, everyMs) {
      const startedAt = performance.now();
      for (let n = 0; n < count; n++) {
        const wait = startedAt + n * everyMs - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
        await page.keyboard.press(letters[n % letters.length]);
      }
    },
    async begin() {
      if (profile) {
        await devtools.send('Profiler.enable');
        await devtools.send('Profiler.setSamplingInterval', { interval: 200 });
        await devtools.send('Profiler.start');
      }
      await browser.startTracing(page, { categories: ['devtools.timeline'] });
      before = await cpu();
      await page.evaluate(() => window.meters.begin());
    },
    async end() {
      const seen = await page.evaluate(() => window.meters.end());
      const all = (await cpu()) - before;
      const pieces = readPieces(JSON.parse(String(await browser.stopTracing())).traceEvents);
      if (profile) {
        const { profile: taken } = await devtools.send('Profiler.stop');
        mkdirSync(profile, { recursive: true });
        writeFileSync(join(profile, `page-${Date.now()}.cpuprofile`), JSON.stringify(taken));
      }
      return { ...seen, ...pieces, cpuMs: all * 1000 };
    },
    close: () => browser.close(),
  };
}

/** CPU time of what was measured, ms: of each batch, and of each key. @param {object[]} events of Chromium's trace */
function readPieces(events) {
  const cpuOf = (type) =>
    events
      .filter(({ name, args }) => name === 'EventDispatch' && args.data?.type === type)
      .map(({ tdur = 0 }) => tdur / 1000);
  const pressed = cpuOf('keypress');
  return {
    batchesCpu: cpuOf('metered-batches'),
    keysCpu: cpuOf('keydown').map((down, n) => down + (pressed[n] ?? 0)),
  };
}
