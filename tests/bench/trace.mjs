// A day of writing as single-character operations, each an update of its own: 260,000, like the published trace of
// a paper written in an editor (automerge-paper, 259,778 operations), which is in no package registry. Made from a
// seed: somebody types bursts, takes back some of it, and jumps, mostly nearby. What it has in common with the real
// one is the size, the share of deletions, and how often the caret jumps; not the words.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';
import { createRandom } from './random.mjs';

const operations = 260_000;
const seed = 1;
const peer = 500_001;

/** @typedef {{ peer: number, updates: Uint8Array[], state: Uint8Array, clockAfter: (count: number) => number }} Trace */

/** @param {string} cache where it is kept once made @returns {Trace} */
export function readTrace(cache) {
  const file = join(cache, `trace-${operations}-${seed}.bin`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(file, pack(createUpdates()));
  }
  const [state, ...updates] = unpack(readFileSync(file));
  return { peer, updates, state, clockAfter: (count) => clockOf(updates, count) };
}

function createUpdates() {
  const random = createRandom(seed);
  const doc = new Y.Doc();
  doc.clientID = peer;
  const paragraph = new Y.XmlElement('paragraph');
  const text = new Y.XmlText();
  const updates = [];
  doc.on('update', (update) => updates.push(update));
  doc.transact(() => {
    doc.getXmlFragment('default').push([paragraph]);
    paragraph.push([text]);
  });
  let at = 0;
  while (updates.length < operations) {
    const burst = 1 + random(40);
    for (let n = 0; n < burst; n++) text.insert(at++, String.fromCharCode(97 + random(26)));
    if (random(10) < 6) for (let n = Math.min(at, random(30)); n > 0; n--) text.delete(--at, 1);
    if (random(20) < 3) at = Math.max(0, Math.min(text.length, at + random(400) - 200));
    if (random(100) === 0) at = random(text.length + 1);
  }
  return [Y.encodeStateAsUpdate(doc), ...updates.slice(0, operations)];
}

/** How many of the peer's clock values the first `count` updates make. */
function clockOf(updates, count) {
  let clock = 0;
  for (const update of updates.slice(0, count))
    clock = Math.max(clock, Y.parseUpdateMeta(update).to.get(peer) ?? 0);
  return clock;
}

function pack(parts) {
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(part.length);
      return [length, part];
    }),
  );
}

function unpack(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at);
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}
