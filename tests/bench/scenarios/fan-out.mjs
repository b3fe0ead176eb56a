// One room, N people, a tenth of them typing five characters a second with a caret message after each; everybody
// renews their presence every 15 s. What an edit costs per person it reaches, how late it is seen, what it weighs.
//
// A server that cannot keep up is not waited for: tokens that had not arrived when time was up count with the time
// they had waited by then, and what depends on the rest of its work says "at least".
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../figures.mjs';
import { now, typedAt } from '../token.mjs';
import { warmMs } from '../warm.mjs';

const watching = 8;
const joinLimitMs = 45_000;
const drainMs = 4000;

/** @param {number} people @param {{ quick?: boolean }} options */
export const fanOut = (people, { quick = false } = {}) => ({
  name: `fanout-${people}`,
  title: `${people.toLocaleString('en')} in a room, ${people / 10} typing`,
  isQuick: quick,
  figures: [
    { key: 'cpu', label: 'server CPU per edit and person, µs', digits: 2 },
    { key: 'cores', label: 'server CPU, cores', digits: 2 },
    { key: 'p50', label: 'seen by others after, p50 ms', digits: 0 },
    { key: 'p95', label: '… p95 ms', digits: 0 },
    { key: 'bytes', label: 'bytes per person, kB/s', digits: 1 },
    { key: 'messages', label: 'messages per person and second', digits: 1 },
    { key: 'dropped', label: 'people dropped', digits: 0 },
    { key: 'rss', label: 'server memory, MB', digits: 0 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    await bench.start();
    const room = await bench.createRoom();
    const joined = await crowd.join({ rooms: [room], each: people, watching, limitMs: joinLimitMs });
    if (joined.ready < people) {
      bench.remarks.push(
        `only ${joined.ready} of ${people} people were let in within ${joinLimitMs / 1000} s`,
      );
      return {};
    }
    await bench.server.settled({ limitMs: 10_000 });
    await crowd.type({ oneIn: 10, perSecond: 5, tokenEvery: 10 });
    await delay(bench.isQuick ? 1000 : warmMs);

    const [before, counted] = [await bench.server.usage(), await crowd.count()];
    const from = now();
    await delay(bench.isQuick ? 5000 : 10_000);
    const [after, total] = [await bench.server.usage(), await crowd.count()];
    const until = now();
    await crowd.stop();
    await delay(drainMs / 4);
    const late = await latencies(crowd, from, until);
    if (late.missing > 0) {
      await delay((3 * drainMs) / 4);
      Object.assign(late, await latencies(crowd, from, until));
    }
    if (late.missing > 0) {
      bench.remarks.push(
        `${late.missing} of ${late.all.length} tokens had not arrived ${drainMs / 1000} s after the end`,
      );
    }

    const seconds = (until - from) / 1000;
    const perPerson = (key) => (total[key] - counted[key]) / people / seconds;
    // One that is behind has done only part of what these figures count.
    const figure = (value) => (late.missing > 0 && value !== null ? { atLeast: value } : value);
    return {
      cpu: figure(((after.cpuMs - before.cpuMs) * 1000) / ((total.edits - counted.edits) * people)),
      cores: (after.cpuMs - before.cpuMs) / (after.at - before.at),
      p50: figure(quantile(late.all, 0.5)),
      p95: figure(quantile(late.all, 0.95)),
      bytes: perPerson('bytes') / 1000,
      messages: perPerson('messages'),
      dropped: total.dropped,
      rss: after.rssBytes / 1e6,
    };
  },
});

/** Of each token typed between the two times, for each watcher. */
async function latencies(crowd, from, until) {
  const sent = (await crowd.sentTokens()).map((token) => ({ token, at: typedAt(token) }));
  const typed = sent.filter(({ at }) => at >= from && at < until);
  const all = [];
  let missing = 0;
  for (const seen of await crowd.seenTokens()) {
    for (const { token, at } of typed) {
      const seenAt = seen.get(token);
      if (seenAt === undefined) missing++;
      all.push((seenAt ?? now()) - at);
    }
  }
  return { all, missing };
}
