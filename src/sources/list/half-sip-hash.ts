/** A secret of 64 bits. */
export type HashKey = readonly [number, number];

/**
 * HalfSipHash-1-3 with 32 bits of result (Aumasson and Bernstein, https://github.com/veorq/SipHash; `hsiphash_1u32` and
 * its relatives in Linux): who does not know the key cannot make up entries that collide.
 * @returns an unsigned integer of 32 bits
 */
export function halfSipHash(bytes: Uint8Array, start: number, end: number, key: HashKey): number {
  let v0 = key[0] | 0;
  let v1 = key[1] | 0;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  const wholeEnd = end - ((end - start) & 3);
  let last = (end - start) << 24;
  for (let at = wholeEnd; at < end; at += 1) last |= bytes[at]! << (8 * (at - wholeEnd));
  // The words of the input, the last one with the length, and three rounds more that take in nothing.
  for (let at = start, extra = 0; extra < 4; ) {
    let word = 0;
    if (at < wholeEnd) {
      word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      at += 4;
    } else {
      if (extra === 0) word = last;
      else if (extra === 1) v2 ^= 0xff;
      extra += 1;
    }
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}
