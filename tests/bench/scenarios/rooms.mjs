// Many small rooms: what each weighs in memory, its sockets included, and what an edit costs when there is nobody
// to share the tick with.
import { setTimeout as delay } from 'node:timers/promises';

const each = 3;
const limitMs = 90_000;

/** @param {number} wanted */
export const rooms = (wanted) => ({
  name: `rooms-${wanted}`,
  title: `${wanted.toLocaleString('en')} rooms of ${each}`,
  isQuick: true,
  figures: [
    { key: 'rss', label: 'server memory per room, kB', digits: 0 },
    { key: 'open', label: 'server CPU to open each, ms', digits: 2 },
    { key: 'cpu', label: 'server CPU per edit (each room one in 5 s), µs', digits: 0 },
    { key: 'messages', label: 'messages to each person per edit', digits: 1 },
    { key: 'dropped', label: 'people dropped', digits: 0 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    const count = bench.isQuick ? Math.ceil(wanted / 10) : wanted;
    if (count < wanted) bench.remarks.push(`${count} rooms`);
    await bench.start();
    const places = await bench.createRooms(count);
    // Making notes leaves garbage behind, which would hide what rooms weigh: a fresh process.
    await bench.server.stop();
    await bench.start();
    const empty = await bench.server.settled();
    const joined = await crowd.join({ rooms: places, each, limitMs });
    if (joined.ready < count * each) {
      bench.remarks.push(
        `only ${joined.ready} of ${count * each} people were let in within ${limitMs / 1000} s`,
      );
      return {};
    }
    const open = await bench.server.settled();
    await crowd.type({ oneIn: each, perSecond: 0.2, tokenEvery: 10 });
    await delay(2000);
    const [before, counted] = [await bench.server.usage(), await crowd.count()];
    await delay(bench.isQuick ? 5000 : 10_000);
    const [after, total] = [await bench.server.usage(), await crowd.count()];
    const edits = total.edits - counted.edits;
    const messages = (total.messages - counted.messages) / each / edits;
    // Nobody merges edits that are seconds apart: a change and a caret make two.
    if (messages < 1.8) bench.remarks.push('was behind, so its CPU per edit is too low');
    return {
      rss: (after.rssBytes - empty.rssBytes) / 1000 / count,
      open: (open.cpuMs - empty.cpuMs) / count,
      cpu: ((after.cpuMs - before.cpuMs) * 1000) / edits,
      messages,
      dropped: total.dropped,
    };
  },
});
