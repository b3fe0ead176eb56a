import { beforeEach, describe, expect, it } from 'vitest';
import { readRoll } from '../../../src/blocks/document.ts';
import { createPersonId, parseBlockId, type BlockId, type NoteId } from '../../../src/core/ids.ts';
import { createTestServices } from '../../support/services.ts';

const person = (n: number) => createPersonId(new Uint8Array(16).fill(n));
const ana = person(1);
const profile = (name: string) => ({ name, affiliation: 'Simula', handle: name.toLowerCase() });

describe('roll call', () => {
  let services: ReturnType<typeof createTestServices>;
  let note: NoteId;
  let block: BlockId;

  beforeEach(async () => {
    services = createTestServices();
    note = await services.notes.importMarkdown(ana, '# Meeting\n\nRoll call:\n\n* Min RK / Simula / @minrk');
    const { html } = (await services.notes.page(note))!;
    block = parseBlockId(/data-id="([^"]+)"/.exec(html)![1]!)!;
  });

  const rows = async () => (await services.rooms.read(note, readRoll))!.value.get(block) ?? [];

  it('gives fifty who sign in the same second fifty rows', async () => {
    const { rollCall } = services;
    const signed = await Promise.all(
      Array.from({ length: 50 }, (_, n) => rollCall.sign(note, block, person(n + 1), profile(`Person${n}`))),
    );
    expect(signed.every(({ kind }) => kind === 'done')).toBe(true);
    expect(new Set((await rows()).map(({ name }) => name)).size).toBe(50);
    expect(await rows()).toHaveLength(50);
  });

  it('does nothing twice, and keeps the first time when a row is corrected', async () => {
    const { rollCall, clock, storage } = services;
    await Promise.all([
      rollCall.sign(note, block, ana, profile('Ana')),
      rollCall.sign(note, block, ana, profile('Ana')),
    ]);
    const [first] = await rows();
    await clock.advance(60_000);
    const writes = storage.writes;
    await rollCall.sign(note, block, ana, profile('Ana'));
    expect(await rows()).toEqual([first]);
    expect(storage.writes).toBe(writes);
    await rollCall.sign(note, block, ana, profile('Anna'));
    expect(await rows()).toEqual([{ ...first, name: 'Anna', handle: 'anna' }]);
  });

  it('lets one withdraw one’s own row and nobody else’s', async () => {
    const { rollCall } = services;
    await rollCall.sign(note, block, ana, profile('Ana'));
    expect(await rollCall.withdraw(note, block, person(2), ana)).toEqual({ kind: 'no such row' });
    expect(await rollCall.correct(note, block, ana, profile('Nobody'))).toEqual({ kind: 'no such row' });
    expect(await rows()).toHaveLength(1);
    expect(await rollCall.withdraw(note, block, ana, ana)).toEqual({ kind: 'withdrawn' });
    expect(await rollCall.withdraw(note, block, ana, ana)).toEqual({ kind: 'withdrawn' });
    expect(await rows()).toEqual([]);
  });

  it('marks who was added by hand, whom anybody may correct and remove', async () => {
    const { rollCall } = services;
    const added = await rollCall.add(note, block, profile('Ana'), profile('Tim'));
    expect(added).toMatchObject({ kind: 'done', entry: { name: 'Tim', addedBy: 'Ana' } });
    const { row } = added as { row: typeof ana };
    await rollCall.correct(note, block, row, profile('Timothy'));
    expect(await rows()).toMatchObject([{ name: 'Timothy', addedBy: 'Ana' }]);
    expect(await rollCall.withdraw(note, block, person(2), row)).toEqual({ kind: 'withdrawn' });
  });

  it('coerces what it is given and refuses a row without a name', async () => {
    const { rollCall } = services;
    for (const hostile of [null, 7, [], 'Ana', {}, { name: '\u202e ' }, { name: ['Ana'] }]) {
      expect(await rollCall.sign(note, block, ana, hostile)).toEqual({ kind: 'name missing' });
    }
    await rollCall.sign(note, block, ana, { name: 'A'.repeat(9_000), affiliation: {}, handle: '@a b' });
    const [row] = await rows();
    expect(row!.name).toHaveLength(80);
    expect(row).toMatchObject({ affiliation: '', handle: '' });
  });

  it('knows no roll call it never had, and keeps one that was cut while somebody signed', async () => {
    const { rollCall, rooms } = services;
    const nowhere = 'nowhere' as BlockId;
    expect(await rollCall.sign(note, nowhere, ana, profile('Ana'))).toEqual({ kind: 'no such roll call' });
    const unknown = 'AAAAAAAAAAAAAAAAAAAAAA' as NoteId;
    expect(await rollCall.sign(unknown, block, ana, profile('Ana'))).toEqual({ kind: 'no such note' });
    await rollCall.sign(note, block, ana, profile('Ana'));
    await rooms.use(note, (document) => document.getXmlFragment('default').delete(1, 1));
    expect((await rollCall.sign(note, block, person(2), profile('Ben'))).kind).toBe('done');
    expect(await rows()).toHaveLength(2);
  });
});
