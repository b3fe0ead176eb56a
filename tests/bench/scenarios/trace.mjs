// A long day's writing, operation by operation, as fast as the server takes it; then the note is opened by somebody
// who has nothing, in a server that has just started, twice.
//
// One session may not send that much at once to Rollcall (L1), so all servers get it in parts, each by a session of
// its own. A part is over when a presence that its sender said last has reached somebody else. Until the server is
// quiet again belongs to the cost: some servers answer first and write later.
import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../token.mjs';
import { readTrace } from '../trace.mjs';

const part = 4000;
const openLimitMs = 20_000;

export const trace = {
  name: 'trace',
  title: 'a trace of 260,000 operations',
  isQuick: true,
  figures: [
    { key: 'cpu', label: 'server CPU per operation, µs', digits: 1 },
    { key: 'first', label: 'until the whole document has come to a new peer, first, ms', digits: 0 },
    { key: 'second', label: '… second, ms', digits: 0 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    const { peer, updates, clockAfter } = readTrace(bench.cache);
    await bench.start();
    const room = await bench.createRoom();
    await crowd.join({ rooms: [room], each: 1, watching: 1, limitMs: 10_000 });
    const before = await bench.server.settled();

    const wanted = bench.isQuick ? 20_000 : updates.length;
    const deadline = now() + (bench.isQuick ? 10_000 : 45_000);
    // All parts are one person's: a Yjs id belongs to who used it first.
    const who = crowd.who(room, { asks: false });
    let sent = 0;
    while (sent < wanted && now() < deadline) {
      const some = updates.slice(sent, Math.min(sent + part, wanted));
      if (!(await sendPart(crowd, { ...who, peer: who.peer + sent }, some, deadline + 10_000))) break;
      sent += some.length;
    }
    const after = await bench.server.settled({ quietMs: 3000, limitMs: bench.isQuick ? 5000 : 20_000 });
    if (sent < wanted)
      bench.remarks.push(
        `took ${sent.toLocaleString('en')} of ${wanted.toLocaleString('en')} operations in the time`,
      );
    if (sent === 0) return {};
    await bench.server.stop();

    const clock = clockAfter(sent);
    const opened = [];
    for (let n = 0; n < 2; n++) {
      await bench.start();
      await delay(300);
      const newcomer = crowd.who(room);
      opened.push(
        await crowd.watchers.ask('open', { who: newcomer, peer, clock, deadline: now() + openLimitMs }),
      );
      await delay(300);
      await bench.server.stop();
    }
    if (opened.includes(null))
      bench.remarks.push(`the note did not come back whole within ${openLimitMs / 1000} s`);
    return { cpu: ((after.cpuMs - before.cpuMs) * 1000) / sent, first: opened[0], second: opened[1] };
  },
};

/** True when the server has taken them all. */
async function sendPart(crowd, who, updates, deadline) {
  const mark = `Qz~${String(who.peer).padStart(16, '0')}`;
  const encoded = updates.map((update) => Buffer.from(update).toString('base64'));
  await crowd.sender.ask('send', { who, updates: encoded, mark });
  const isTaken = await crowd.watchers.ask('sees', { token: mark, deadline });
  await crowd.sender.ask('leave');
  return isTaken;
}
