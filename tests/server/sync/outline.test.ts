import * as decoding from 'lib0/decoding';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { Deleted, Outline } from '../../../server/sync/outline.ts';
import { readOutline, Run, runOf } from '../../../server/sync/outline.ts';
import { createRandom } from '../../support/random.ts';
import { gone, writtenUpdate } from '../../support/yjs-bytes.ts';

type Random = ReturnType<typeof createRandom>;

/** One update per doing, of every kind of content that Yjs writes. */
function happenings(random: Random): Uint8Array[] {
  const doc = new Y.Doc();
  doc.clientID = 1 + random.below(2 ** 32 - 1);
  const other = new Y.Doc();
  other.clientID = 1 + random.below(1000);
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const text = doc.getText('default');
  for (let n = 0; n < 60; n++) {
    const at = random.below(text.length + 1);
    switch (random.below(10)) {
      case 0:
        text.delete(at, Math.min(random.below(9), text.length - at));
        break;
      case 1:
        text.format(at, Math.min(3, text.length - at), { bold: true });
        break;
      case 2:
        doc.getMap('map').set(String(random.below(3)), random.pick([1, 'a', { b: [null, 0.5] }, undefined]));
        break;
      case 3:
        doc.getMap('map').set('bytes', Uint8Array.of(1, 2, 3));
        break;
      case 4:
        text.insertEmbed(at, { image: 'x' });
        break;
      case 5: {
        const element = new Y.XmlElement('paragraph');
        element.setAttribute('id', 'ä');
        doc
          .getXmlFragment('tree')
          .push([element, new Y.XmlText('inside'), new Y.XmlHook('hook') as unknown as Y.XmlText]);
        break;
      }
      case 6:
        Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
        other.getText('default').insert(0, 'from elsewhere');
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
        break;
      default:
        text.insert(at, random.pick(['a', 'bc', 'ü', '😀', 'long enough']));
    }
  }
  return [...updates, Y.encodeStateAsUpdate(doc), Y.mergeUpdates(updates.filter(() => random.below(3) > 0))];
}

/** The same from what Yjs makes of the update; null when it cannot. */
function outlineByYjs(bytes: Uint8Array) {
  const decoder = new Y.UpdateDecoderV1(decoding.createDecoder(bytes));
  try {
    const { structs, ds } = Y.decodeUpdateV2(bytes, function () {
      return decoder;
    } as unknown as typeof Y.UpdateDecoderV1);
    if (decoding.hasContent(decoder.restDecoder)) return null;
    return { structs: structs.map(summary), deletes: new Map(ds.clients) };
  } catch {
    return null;
  }
}

const summary = (struct: Y.Item | Y.GC | Y.Skip) => {
  const { client, clock } = struct.id;
  const needs = struct instanceof Y.Item ? [struct.origin, struct.rightOrigin, struct.parent] : [];
  const isHole = struct instanceof Y.Skip;
  return { client, clock, length: struct.length, isHole, needs: needs.filter((id) => id instanceof Y.ID) };
};

function expectSame(outline: Outline, byYjs: NonNullable<ReturnType<typeof outlineByYjs>>): void {
  const runs = new Map<number, { from: number; to: number }>();
  const needs = new Map<number, number>();
  const need = (peer: number, clock: number) => needs.set(peer, Math.max(clock, needs.get(peer) ?? 0));
  for (const { client, clock, length, isHole, needs: ids } of byYjs.structs) {
    const { from } = runs.get(client) ?? { from: clock };
    runs.set(client, { from, to: clock + length });
    if (isHole) need(client, Infinity);
    for (const id of ids) if (id.client !== client) need(id.client, id.clock + 1);
  }
  expect(new Map(outline.brings.map(({ peer, from, to }) => [peer, { from, to }]))).toEqual(runs);
  expect(outline.brings.every(({ peer }) => runOf(outline.brings, peer)?.peer === peer)).toBe(true);
  expect(outline.needs).toEqual(needs);
  const deletes = [...byYjs.deletes].map(
    ([peer, ranges]) => [peer, ranges.map(({ clock, len }) => ({ clock, len }))] as const,
  );
  const deleted = new Map<number, Deleted[]>();
  for (const { peer, ranges } of outline.deletes)
    deleted.set(peer, [...(deleted.get(peer) ?? []), ...ranges]);
  expect(deleted).toEqual(new Map(deletes));
  expect(outline.structs).toBe(byYjs.structs.length);
  const structs = outline.brings.flatMap((run) => run.structs.map(summary));
  expect(structs).toEqual(byYjs.structs);
}

describe.each(Array.from({ length: 20 }, (_, seed) => seed))('an outline, seed %i', (seed) => {
  test('says of an update what Yjs reads in it', () => {
    for (const update of happenings(createRandom(seed))) {
      expectSame(readOutline(update)!, outlineByYjs(update)!);
    }
  });

  test('[S5] of what is no update any more there is none, or Yjs sees the same in it', () => {
    const random = createRandom(seed + 100);
    let read = 0;
    for (const update of happenings(random)) {
      for (let n = 0; n < 40; n++) {
        const bytes = update.slice(0, random.below(8) === 0 ? random.below(update.length + 1) : undefined);
        for (let m = random.below(3); m >= 0 && bytes.length > 0; m--)
          bytes[random.below(bytes.length)] = random.pick([random.below(256), random.below(12), 0x84, 0xc4]);
        const outline = readOutline(bytes);
        if (!outline) continue;
        read++;
        const byYjs = outlineByYjs(bytes);
        // What is more than plain text is made before it is believed (validate.ts).
        if (byYjs) expectSame(outline, byYjs);
        else expect(outline.isPlain).toBe(false);
      }
    }
    expect(read).toBeGreaterThan(300);
  });
});

test('[S5] a second run of a peer is no update: Yjs would forget the first', () => {
  const one = Uint8Array.of(1, 1, 5, 0, 0, 1, 0);
  const two = Uint8Array.of(2, 1, 5, 0, 0, 1, 1, 5, 1, 0, 1, 0);
  expect(readOutline(one)?.brings.length).toBe(1);
  expect(readOutline(two)).toBeNull();
});

test('[S5] a lower peer before a higher one is no update: Yjs’ merging would leave out the higher one', () => {
  const falling = writtenUpdate([
    { peer: 6, clock: 0, structs: [gone(1)] },
    { peer: 5, clock: 0, structs: [gone(1)] },
  ]);
  const rising = writtenUpdate([
    { peer: 5, clock: 0, structs: [gone(1)] },
    { peer: 6, clock: 0, structs: [gone(1)] },
  ]);
  const other = writtenUpdate([{ peer: 9, clock: 0, structs: [gone(1)] }]);
  const peersOf = (bytes: Uint8Array) => [...Y.parseUpdateMeta(bytes).to.keys()].sort();
  expect(peersOf(Y.mergeUpdates([falling, other]))).toEqual([5, 6, 9]);
  expect(readOutline(falling)!.brings.map(({ peer }) => peer)).toEqual([6, 5]);
  expect(readOutline(rising)).toBeNull();
});

test('the run of a peer is found among few and many, and of others there is none', () => {
  const runs = Array.from({ length: 100 }, (_, n) => new Run(new Uint8Array(), 1000 - 7 * n, 0));
  for (const count of [0, 1, 2, 3, 100]) {
    const some = runs.slice(0, count);
    for (let peer = 0; peer <= 1001; peer++) {
      expect(runOf(some, peer)).toBe(some.find((run) => run.peer === peer));
    }
  }
});
