// Somebody's page, in a real Chromium, while others type into the same note of a thousand blocks: what a key and what
// a batch of the others' changes cost it. Only Rollcall has a page.
import { setTimeout as delay } from 'node:timers/promises';
import * as Y from 'yjs';
import { quantile } from '../figures.mjs';
import { Person } from '../person.mjs';
import { openPage } from '../page.mjs';

const sections = 100;
const keysPerSecond = 6;
const joinLimitMs = 45_000;
const words = 'We heard from everybody in turn and wrote down what they said as they said it. ';

/** A heading, six paragraphs and three list items, a hundred times. */
const longNote = () =>
  Array.from({ length: sections }, (_, n) =>
    [
      `## Part ${n + 1}`,
      ...Array.from({ length: 6 }, (_, line) =>
        `${n + 1}.${line + 1} ${words.repeat(1 + (line % 3))}`.trim(),
      ),
      `* One point\n* Another **point** of ours\n* [ ] @somebody writes to them (by 2026-12-01)`,
    ].join('\n\n'),
  ).join('\n\n');

/**
 * @param {{ people: number, oneIn: number, together?: boolean }} options one in `oneIn` types: each into a line of their
 *   own at the top of the note, where the page is, or all over the note
 */
export const page = ({ people, oneIn, together = false }) => ({
  name: `page-${people}${together ? '-together' : ''}`,
  title: `A page with ${people / oneIn} typing ${together ? 'beside it' : 'all over'}, ${people} here, 1,000 blocks`,
  isQuick: people === 30 && !together,
  isOwn: true,
  figures: [
    { key: 'keyCpu', label: 'a key, CPU until the editor has taken it in, p50 ms', digits: 1 },
    { key: 'keyCpuP95', label: '… p95 ms', digits: 1 },
    { key: 'batchCpu', label: 'a batch from others, CPU with layout, p50 ms', digits: 1 },
    { key: 'batchCpuP95', label: '… p95 ms', digits: 1 },
    { key: 'thread', label: 'the whole main thread for each batch, CPU ms', digits: 1 },
    { key: 'key', label: 'a key with layout, as waited for, p50 ms', digits: 1 },
    { key: 'keyP95', label: '… p95 ms', digits: 1 },
    { key: 'batch', label: 'a batch with layout, as waited for, p50 ms', digits: 1 },
    { key: 'batchP95', label: '… p95 ms', digits: 1 },
    { key: 'frame', label: 'work in an animation frame, p50 ms', digits: 1 },
    { key: 'frameP95', label: '… p95 ms', digits: 1 },
    { key: 'shown', label: 'key to next picture, p50 ms (whole 8 ms)', digits: 0 },
    { key: 'shownP95', label: '… p95 ms', digits: 0 },
    { key: 'long', label: 'frames over 50 ms, per minute', digits: 0 },
    { key: 'batches', label: 'batches a second', digits: 0, isInfo: true },
  ],

  /** @param {import('../bench.mjs').Bench} bench */
  async measure(bench) {
    const { crowd } = bench;
    await bench.start();
    const room = await bench.createRoom(longNote());
    const places = together ? [] : await endsOfLines(crowd.who(room));
    const joined = await crowd.join({ rooms: [room], each: people, limitMs: joinLimitMs, places });
    if (joined.ready < people) {
      bench.remarks.push(`only ${joined.ready} of ${people} people were let in`);
      return {};
    }
    const page = await openPage(room, bench.profile);
    try {
      await page.goToLine('1.2 ');
      await crowd.type({ oneIn, perSecond: 5, tokenEvery: 1e9 });
      const seconds = bench.isQuick ? 6 : 15;
      await delay(2000);
      await page.begin();
      await delay(seconds * 1000);
      const read = await page.end();
      await page.type(20, 1000 / keysPerSecond);
      await page.begin();
      await page.type(seconds * keysPerSecond, 1000 / keysPerSecond);
      const seen = await page.end();
      await crowd.stop();
      await delay(500);
      return {
        ...both('keyCpu', seen.keysCpu),
        ...both('batchCpu', read.batchesCpu),
        thread: read.cpuMs / read.batches.length,
        ...both('key', seen.keys),
        ...both('batch', seen.batches),
        ...both('frame', seen.frames),
        ...both('shown', seen.shown),
        long: (seen.long * 60) / seen.seconds,
        batches: seen.batches.length / seen.seconds,
      };
    } finally {
      await page.close();
    }
  },
});

const both = (key, values) => ({ [key]: quantile(values, 0.5), [`${key}P95`]: quantile(values, 0.95) });

/** The last character of each line of the note, as Yjs knows it. */
async function endsOfLines(who) {
  const doc = new Y.Doc();
  const person = new Person(who);
  person.onUpdate = (update) => Y.applyUpdate(doc, update);
  await person.ready;
  person.leave();
  const ends = [];
  const visit = (type) => {
    for (const child of type.toArray()) {
      if (child instanceof Y.XmlElement) visit(child);
      else if (child.length > 0) {
        const { client, clock } = Y.createRelativePositionFromTypeIndex(child, child.length - 1).item;
        ends.push({ client, clock });
      }
    }
  };
  visit(doc.getXmlFragment('default'));
  return ends;
}
