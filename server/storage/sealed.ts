// JSON values in the store, sealed: the text, a line end, and the CRC-32C of key and text as eight hex digits.
// As with records (record.ts), a value proves itself and its place, since LevelDB may return wrong bytes.
import { crc32c } from './crc32c.ts';
import type { Operation } from './storage.ts';

const utf8 = new TextEncoder();
const sealLength = 9;

/** Keeps `value` under `key`. */
export function putSealed(key: string, value: unknown): Operation {
  const text = JSON.stringify(value);
  return { type: 'put', key, value: utf8.encode(`${text}\n${sealOf(key, text)}`) };
}

/** What `putSealed` kept under `key`. `damage` is a clause that fits behind the value's name. */
export function readSealed<T>(key: string, bytes: Uint8Array): { value: T } | { damage: string } {
  const sealed = new TextDecoder().decode(bytes);
  const text = sealed.slice(0, -sealLength);
  if (sealed.slice(-sealLength) !== `\n${sealOf(key, text)}`)
    return { damage: 'does not match its checksum' };
  return { value: JSON.parse(text) as T };
}

const sealOf = (key: string, text: string) =>
  crc32c(utf8.encode(text), crc32c(utf8.encode(key)))
    .toString(16)
    .padStart(8, '0');
