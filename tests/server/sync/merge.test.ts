import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { joinUpdates, mergeUpdates } from '../../../server/sync/merge.ts';
import { examineUpdate } from '../../../server/sync/validate.ts';
import { createRandom } from '../../support/random.ts';

const roots = { open: new Set(['default']), owned: new Set(['roll']) };

/** What three people did to one note, one update per doing, in an order in which they can be applied. */
function happenings(seed: number): Uint8Array[] {
  const random = createRandom(seed);
  const docs = [1, 2, 3].map(() => new Y.Doc());
  docs.forEach((doc, n) => (doc.clientID = 1 + random.below(2 ** 32 - 1) + n));
  const updates: Uint8Array[] = [];
  for (const doc of docs) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'others') return;
      updates.push(update);
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, update, 'others');
    });
  }
  for (let n = 0; n < 200; n++) {
    const doc = random.pick(docs);
    const text = doc.getText('default');
    const at = random.below(text.length + 1);
    switch (random.below(6)) {
      case 0:
        text.delete(at, Math.min(random.below(6), text.length - at));
        break;
      case 1:
        text.format(at, Math.min(3, text.length - at), { bold: true });
        break;
      case 2:
        doc.getMap('roll').set(String(random.below(5)), { n });
        break;
      default:
        text.insert(at, random.pick(['a', 'bc', 'ü', '😀', 'long enough']));
    }
  }
  return updates;
}

const examined = (bytes: Uint8Array) => {
  const examination = examineUpdate(bytes, roots);
  if (!('update' in examination)) throw new RangeError(`An honest update is ${examination.fault}.`);
  return examination.update;
};

describe('joined updates', () => {
  test.each(Array.from({ length: 30 }, (_, seed) => seed))(
    'seed %i: are what Yjs would have merged, and apply in one go',
    (seed) => {
      const random = createRandom(seed + 1000);
      const updates = happenings(seed);
      const [whole, joined] = [new Y.Doc(), new Y.Doc()];
      for (const update of updates) Y.applyUpdate(whole, update);
      for (let from = 0; from < updates.length;) {
        const some = updates.slice(from, (from += 1 + random.below(40)));
        const bytes = joinUpdates(some.map(examined));
        // Decoded to its last byte, and as sound as what sessions send.
        examined(bytes);
        Y.applyUpdate(joined, bytes);
      }
      expect(joined.store.pendingStructs).toBeNull();
      expect(joined.getText('default').toDelta()).toEqual(whole.getText('default').toDelta());
      expect(joined.getMap('roll').toJSON()).toEqual(whole.getMap('roll').toJSON());
      const all = joinUpdates(updates.map(examined));
      expect(stateOf(all)).toEqual(stateOf(mergeUpdates(updates)));
    },
  );
});

/** Yjs may part equal structs otherwise; what they make must not differ. */
function stateOf(update: Uint8Array): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return Y.encodeStateAsUpdate(doc);
}
