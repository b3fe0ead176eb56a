// A token is a text that a typist types now and then: readers find it among the bytes they get, without decoding
// them, and it says when it was typed. Servers may merge edits, and a token stays in one piece all the same.
//
//   Qz~ • 8 digits: when, in tenths of a millisecond • 4 digits: who • 4 digits: the how-manieth          (base 36)

const mark = Buffer.from('Qz~');
const tokenLength = 19;
const digits = (value, length) => Math.floor(value).toString(36).padStart(length, '0').slice(-length);

/** Now, on a clock that all processes of this machine share, ms. */
export const now = () => performance.timeOrigin + performance.now();

/** @param {number} who @param {number} count */
export const writeToken = (who, count) => `Qz~${digits(now() * 10, 8)}${digits(who, 4)}${digits(count, 4)}`;

/** When it was typed, on `now`'s clock, if that was within the last days. @param {string} token */
export function typedAt(token) {
  const round = 36 ** 8 / 10;
  const at = parseInt(token.slice(3, 11), 36) / 10;
  return Math.floor(now() / round) * round + at;
}

/** @param {Buffer} bytes @param {(token: string) => void} found */
export function findTokens(bytes, found) {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + tokenLength)) {
    if (at + tokenLength <= bytes.length) found(bytes.latin1Slice(at, at + tokenLength));
  }
}
