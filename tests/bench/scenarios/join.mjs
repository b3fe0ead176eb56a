// Everybody comes at once, as after a restart or at the beginning of a meeting: each asks for the document and says
// who they are. The first crowd finds a server that has just started and still compiles while they come; then they
// leave and others come, and the last four crowds tell what a join costs.
import { median } from '../figures.mjs';
import { readTrace } from '../trace.mjs';
import { Typist } from '../wire.mjs';

const limitMs = 60_000;
/** As many crowds as it takes for V8 to have compiled what joining needs, two thousand joins or so, and four more. */
const crowdsOf = (people) => 4 + Math.max(4, Math.ceil(2400 / people));
/** Eight kilobytes: the minutes of an hour. */
const smallNote = () => new Typist(500_000).type('They said this and that. '.repeat(320));

/** @param {{ people: number, large?: boolean, quick?: boolean }} options large: the note holds the trace's text */
export const join = ({ people, large = false, quick = false }) => ({
  name: `join-${people}${large ? '-large' : ''}`,
  title: large
    ? `${people} joining a note of a quarter of a megabyte`
    : `${people.toLocaleString('en')} joining a note`,
  isQuick: quick,
  hasFloor: true,
  figures: [
    { key: 'cpu', label: 'server CPU per person of the first crowd, ms', digits: 2 },
    { key: 'cpuLater', label: '… of later ones, ms', digits: 2 },
    { key: 'ready', label: 'all have the document after, s', digits: 2 },
    { key: 'messages', label: 'messages per person until it is quiet', digits: 0 },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    await bench.start();
    const room = await bench.createRoom();
    const update = large ? readTrace(bench.cache).state : smallNote();
    // The seeder stays, so that the room is open and nobody pays for loading it.
    await crowd.watchers.ask('seed', {
      who: crowd.who(room),
      update: Buffer.from(update).toString('base64'),
    });
    await bench.server.settled({ quietMs: 1500 });
    const crowds = crowdsOf(people);
    const costs = [];
    let first;
    while (costs.length < crowds) {
      const before = await bench.server.usage();
      const joined = await crowd.join({ rooms: [room], each: people, limitMs });
      const after = await bench.server.settled();
      if (joined.ready < people) {
        bench.remarks.push(`only ${joined.ready} of ${people} people were let in within ${limitMs / 1000} s`);
        break;
      }
      costs.push((after.cpuMs - before.cpuMs) / people);
      first ??= { ready: joined.tookMs / 1000, messages: (await crowd.count()).messages / people };
      await crowd.leave({ watchersStay: true });
      await bench.server.settled({ quietMs: 1500 });
    }
    return {
      cpu: costs[0] ?? null,
      cpuLater: costs.length === crowds ? median(costs.slice(-4)) : null,
      ...first,
    };
  },
});
