// What another person has already seen and is gone when the server is killed (SIGKILL) and started again: eight
// people write, every edit a token, and the server dies in the middle of it. A peer comes to the new server with
// nothing, so that nobody makes up for a loss.
import { setTimeout as delay } from 'node:timers/promises';

const writers = 8;

/** @param {number} perSecond edits of all writers together */
export const kill = (perSecond) => ({
  name: `kill-${perSecond}`,
  title: `kill -9 under ${perSecond.toLocaleString('en')} edits a second`,
  isQuick: true,
  figures: [
    { key: 'lost', label: 'seen by others, then lost, %', digits: 1 },
    { key: 'seen', label: 'edits seen by others', digits: 0, isInfo: true },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    const kills = bench.isQuick ? 1 : 2;
    let seen = 0;
    let lost = 0;
    for (let n = 0; n < kills; n++) {
      await bench.start();
      const room = await bench.createRoom();
      await crowd.join({ rooms: [room], each: writers + 1, watching: 1, limitMs: 10_000 });
      await crowd.type({ oneIn: 1, perSecond: perSecond / writers, tokenEvery: 1, caret: false });
      await delay(3000 + 700 * n);
      await bench.server.kill();
      const tokens = new Set((await crowd.seenTokens()).flatMap((tokensOfOne) => [...tokensOfOne.keys()]));
      await crowd.leave();

      await bench.start();
      await crowd.join({ rooms: [room], each: 1, watching: 1, limitMs: 10_000 });
      await bench.server.settled({ quietMs: 1500 });
      const kept = new Set((await crowd.seenTokens()).flatMap((tokensOfOne) => [...tokensOfOne.keys()]));
      seen += tokens.size;
      lost += [...tokens].filter((token) => !kept.has(token)).length;
      await crowd.leave();
      await bench.server.stop();
    }
    return { lost: seen === 0 ? null : (100 * lost) / seen, seen };
  },
});
