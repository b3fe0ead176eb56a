// A room full of people of whom one types a character a second: what the mere presence of the others costs.
import { setTimeout as delay } from 'node:timers/promises';
import { warmMs } from '../warm.mjs';

/** @param {number} people */
export const idle = (people) => ({
  name: `idle-${people}`,
  title: `${people} in a room, one typing now and then`,
  isQuick: false,
  figures: [
    { key: 'cores', label: 'server CPU, cores', digits: 3 },
    { key: 'messages', label: 'messages per person and second', digits: 1 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    await bench.start();
    const room = await bench.createRoom();
    const joined = await crowd.join({ rooms: [room], each: people, limitMs: 45_000 });
    if (joined.ready < people) {
      bench.remarks.push(`only ${joined.ready} of ${people} people were let in`);
      return {};
    }
    await bench.server.settled();
    await crowd.type({ oneIn: people, perSecond: 1, tokenEvery: 10 });
    await delay(warmMs);
    // The window holds everybody's renewal once: they come every 15 s.
    const [before, counted] = [await bench.server.usage(), await crowd.count()];
    await delay(15_000);
    const [after, total] = [await bench.server.usage(), await crowd.count()];
    const seconds = (after.at - before.at) / 1000;
    return {
      cores: (after.cpuMs - before.cpuMs) / (after.at - before.at),
      messages: (total.messages - counted.messages) / people / seconds,
    };
  },
});
