// An ordinary day, as long as one likes: node tests/long/soak.mjs [minutes] [seed]. Thirty people come and go in the
// built server: they write and delete, stay a while, leave or are cut off, come back with the document they had or
// as newcomers; three meetings are always under way and end after a twelfth of the time, for others to begin; twenty
// notes are visited for a moment each, so that rooms open and close.
// Prints the server's memory over time. Exits with 1 when it grew, or when people of one note ended with different
// texts.
//
// What must grow is kept small: notes stay at about forty paragraphs, and meetings end, since Yjs keeps a kilobyte of each
// visit in which somebody wrote. A large task now and then (a snapshot) leaves up to 20 MB that go when the thread for
// them has been idle; it starts with the first, some minutes after the beginning.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { createRandom } from '../bench/random.mjs';
import { freePort, ServerProcess } from '../bench/server-process.mjs';
import { servers } from '../bench/servers.mjs';

const minutes = Number(process.argv[2] ?? 60);
const below = createRandom(Number(process.argv[3] ?? 1));
const chance = (percent) => below(100) < percent;
const between = (low, high) => low + below(high - low);
const pick = (values) => values[below(values.length)];

const [meetingsAtOnce, rounds, quietNotes, peopleCount] = [3, 12, 20, 30];
const maxParagraphs = 40;
/** Of the memory of the second quarter of the time, which the last quarter may have. */
const mayGrowTo = 1.1;

/** Socket of a person whose device has a key. */
const socketOf = (n) =>
  class extends WebSocket {
    constructor(url, protocols) {
      const key = String(n).padStart(22, 'p');
      super(url, protocols, { headers: { cookie: `rollcall_person=${key}` } });
    }
  };

const counts = { visits: 0, returns: 0, cuts: 0, edits: 0, refusals: 0 };

/** One person's day: a visit after another until `isOver`, many of them to the meeting that `meetingOf` names. */
async function live(n, { quiet, meetingOf, url, isOver }) {
  const kept = new Map();
  while (!isOver()) {
    const meeting = meetingOf(n);
    const path = chance(70) ? meeting : pick(quiet);
    const isBusy = path === meeting;
    const doc = (chance(30) && kept.get(path)) || new Y.Doc();
    if (kept.get(path) === doc) counts.returns++;
    kept.set(path, doc);
    const provider = new WebsocketProvider(url, path, doc, {
      WebSocketPolyfill: socketOf(n),
      disableBc: true,
      params: { rollcall: '1' },
    });
    provider.messageHandlers[4] = provider.messageHandlers[6] = () => undefined;
    provider.on('closed', () => counts.refusals++);
    counts.visits++;
    const until = performance.now() + between(2000, isBusy ? 60_000 : 6000);
    while (performance.now() < until && !isOver()) {
      await delay(between(100, 1500));
      if (provider.synced) write(doc, provider);
    }
    if (chance(30)) {
      counts.cuts++;
      provider.ws?.terminate();
    }
    provider.destroy();
    provider.awareness.destroy();
    await delay(between(0, 3000));
  }
  for (const doc of kept.values()) doc.destroy();
}

function write(doc, provider) {
  const body = doc.getXmlFragment('default');
  counts.edits++;
  if (body.length > maxParagraphs) return body.delete(below(body.length - 2), 3);
  const text = body.length > 0 ? body.get(below(body.length)).get(0) : null;
  if (!(text instanceof Y.XmlText) || chance(10)) {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText('new')]);
    return body.insert(below(body.length + 1), [paragraph]);
  }
  if (text.length > 200) text.delete(0, 100);
  else text.insert(below(text.length + 1), 'a few words ');
  const position = Y.createRelativePositionFromTypeIndex(text, text.length);
  provider.awareness.setLocalStateField('cursor', { anchor: position, head: position });
}

/** What newcomers find in a note, several of them. */
async function textsOf(path, url) {
  const looks = Array.from({ length: 3 }, async (_, n) => {
    const doc = new Y.Doc();
    const provider = new WebsocketProvider(url, path, doc, {
      WebSocketPolyfill: socketOf(100 + n),
      disableBc: true,
    });
    await new Promise((resolve) => provider.once('sync', resolve));
    provider.destroy();
    return doc.getXmlFragment('default').toString();
  });
  return Promise.all(looks);
}

const rollcall = servers.find(({ name }) => name === 'rollcall');
const folder = await mkdtemp(join(tmpdir(), 'rollcall-soak-'));
const port = await freePort();
const server = await ServerProcess.start({ ...rollcall.command({ folder, port, nodeArgs: [] }), port });
const megabytes = async () => (await server.usage()).rssBytes / 2 ** 20;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const samples = [];
process.setMaxListeners(0); // each provider listens for the end of the process
let hasGrown;
try {
  const rooms = await rollcall.createRooms(port, meetingsAtOnce * rounds + quietNotes);
  const notes = rooms.map(({ path }) => path.replace('/collab/', '').replace(/\?.*/, ''));
  const [quiet, meetings] = [notes.slice(0, quietNotes), notes.slice(quietNotes)];
  const url = `ws://127.0.0.1:${port}/collab`;
  const began = performance.now();
  const isOver = () => performance.now() - began > minutes * 60_000;
  const meetingOf = (n) => {
    const round = Math.floor(((performance.now() - began) / (minutes * 60_000)) * rounds);
    return meetings[Math.min(round, rounds - 1) * meetingsAtOnce + (n % meetingsAtOnce)];
  };
  const people = Array.from({ length: peopleCount }, (_, n) => live(n, { quiet, meetingOf, url, isOver }));
  const sampleMs = (minutes * 60_000) / 60;
  while (!isOver()) {
    await delay(sampleMs);
    samples.push(await megabytes());
    const minute = ((performance.now() - began) / 60_000).toFixed(1).padStart(6);
    console.log(`${minute} min  ${samples.at(-1).toFixed(1)} MB  ${JSON.stringify(counts)}`);
  }
  await Promise.all(people);
  const quarter = Math.floor(samples.length / 4);
  const [early, late] = [mean(samples.slice(quarter, 2 * quarter)), mean(samples.slice(-quarter))];
  hasGrown = late > early * mayGrowTo;
  const { cpuMs } = await server.usage();
  console.log(
    `${minutes} min, ${peopleCount} people, ${counts.visits} visits, ${counts.edits} edits: ` +
      `${early.toFixed(1)} MB in the second quarter, ${late.toFixed(1)} MB in the last; ` +
      `${(cpuMs / 1000).toFixed(0)} s of CPU; refused for good: ${counts.refusals}`,
  );
  for (const path of notes) {
    const texts = await textsOf(path, url);
    if (new Set(texts).size > 1) throw new Error('People of one note have different texts.');
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(hasGrown || counts.refusals > 0 ? 1 : 0);
