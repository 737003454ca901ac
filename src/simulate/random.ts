/** Uniform numbers in [0, 1), each with 53 random bits. */
export type Random = () => number;

type State = [number, number, number, number];

/** splitmix64 (Steele, Lea, Flood 2014; https://prng.di.unimi.it/splitmix64.c): spreads a small seed over 64 bits. */
export function splitmix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let mixed = state;
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
    return mixed ^ (mixed >> 31n);
  };
}

/** xoshiro128** 1.1 (Blackman, Vigna 2018; https://prng.di.unimi.it/xoshiro128starstar.c): unsigned 32-bit integers. */
export function xoshiro128(seed: Readonly<State>): () => number {
  const state: State = [...seed];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotateLeft(state[3], 11);
    return result;
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/**
 * One stream of random numbers. Different streams of one seed are independent, so that drawing more from one of them does
 * not change what another yields.
 * @param seed an integer from 0 to 2^32 − 1
 * @param stream a small integer
 */
export function createRandom(seed: number, stream: number): Random {
  const spread = splitmix64((BigInt(stream) << 32n) | BigInt(seed));
  const [high, low] = [spread(), spread()];
  const next = xoshiro128([word(high >> 32n), word(high), word(low >> 32n), word(low)]);
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

function word(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits));
}
