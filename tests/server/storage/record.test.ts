import { describe, expect, test } from 'vitest';
import { crc32c } from '../../../server/storage/crc32c.ts';
import { ownersOf, readRecord, writeRecord } from '../../../server/storage/record.ts';
import { createRandom } from '../../support/random.ts';

const record = { sequence: 300, at: 1_700_000_000_123, author: 'Ana', update: Uint8Array.of(1, 2, 3) };

describe('records', () => {
  test('the checksum is CRC-32C as in RFC 3720, B.4, and can be continued', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(crc32c(digits)).toBe(0xe3069283);
    expect(crc32c(digits.subarray(4), crc32c(digits.subarray(0, 4)))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  test('a record is read back as it was written', () => {
    expect(readRecord('key', writeRecord('key', record))).toEqual({ record });
  });

  test('[I1] whose Yjs ids are is read back, and a record without owners is as before', () => {
    const owners = new Map([
      [7, 'ana'],
      [2 ** 40, ''],
      [8, 'ana'],
    ]);
    const read = readRecord('key', writeRecord('key', { ...record, owners }));
    expect(read).toEqual({ record: { ...record, owners } });
    const plain = writeRecord('key', { ...record, owners: new Map() });
    expect(plain).toEqual(writeRecord('key', record));
    expect(plain[0]).toBe(1);
    const later = { ...record, owners: new Map([[9, 'ben']]) };
    expect([...ownersOf([{ ...record, owners }, record, later]).keys()]).toEqual([7, 2 ** 40, 8, 9]);
  });

  test('a record under another key than its own is not believed', () => {
    expect(readRecord('other', writeRecord('key', record))).toEqual({
      damage: 'does not match its checksum',
    });
  });

  test('every single flipped bit and every cut is noticed', () => {
    const bytes = writeRecord('key', record);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(readRecord('key', flipped)).toHaveProperty('damage');
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(readRecord('key', bytes.subarray(0, length))).toHaveProperty('damage');
    }
  });

  test('noise is never taken for a record', () => {
    const random = createRandom(1);
    for (let i = 0; i < 1000; i++) {
      expect(readRecord('key', random.bytes(random.below(60)))).toHaveProperty('damage');
    }
  });
});
