// Somebody's page whose network goes away without a word, in a real Chromium: how soon the note is there again once the
// device wakes up or the browser knows of another network, and how soon it is said that nothing gets out. Only Rollcall
// has a page.
import { openTcpProxy } from '../../support/tcp-proxy.mjs';
import { quantile } from '../figures.mjs';
import { openPage } from '../page.mjs';

const nap = '20';

export const pageBack = {
  name: 'page-back',
  title: 'A page whose connection is dead and looks open',
  isQuick: false,
  isOwn: true,
  figures: [
    { key: 'awake', label: 'from waking up to the note as it is, p50 ms', digits: 0 },
    { key: 'awakeMost', label: '… longest ms', digits: 0 },
    { key: 'changed', label: 'from “the network has changed” to the note as it is, p50 ms', digits: 0 },
    { key: 'changedMost', label: '… longest ms', digits: 0 },
    { key: 'told', label: 'from a letter that gets nowhere to “Offline”, p50 ms', digits: 0 },
    { key: 'toldMost', label: '… longest ms', digits: 0 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    await bench.start();
    const room = await bench.createRoom('Start');
    const network = await openTcpProxy({ port: room.port });
    const pages = await Promise.all([openPage({ ...room, port: network.port }, null), openPage(room, null)]);
    const [ana, ben] = pages;
    const times = { awake: [], changed: [], told: [] };
    try {
      await ana.startClock();
      await Promise.all(pages.map((page) => page.goToLine('Start')));
      for (let round = 0; round < (bench.isQuick ? 1 : 5); round++) {
        for (const [what, know] of Object.entries({
          awake: () => ana.sleep(nap),
          changed: () => ana.tell('online'),
        })) {
          network.strand();
          await ben.type(8, 20);
          await ben.waitForState('saved');
          const now = await ben.text();
          const started = performance.now();
          await know();
          await ana.waitForText(now);
          times[what].push(performance.now() - started);
        }
        network.strand();
        const started = performance.now();
        await ana.type(1, 0);
        await ana.waitForState('offline');
        times.told.push(performance.now() - started);
        await ana.waitForState('saved');
        await ben.waitForText(await ana.text());
      }
    } finally {
      await Promise.all(pages.map((page) => page.close()));
      await network.close();
    }
    return Object.fromEntries(
      Object.entries(times).flatMap(([what, all]) => [
        [what, quantile(all, 0.5)],
        [`${what}Most`, Math.max(...all)],
      ]),
    );
  },
};
