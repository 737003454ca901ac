/** Numbers as the scripts read and write them: little-endian doubles, whatever the machine. */
export function packDoubles(...numbers: readonly number[]): Buffer {
  const packed = Buffer.alloc(numbers.length * Float64Array.BYTES_PER_ELEMENT);
  for (const [index, number] of numbers.entries()) packed.writeDoubleLE(number, index * Float64Array.BYTES_PER_ELEMENT);
  return packed;
}

/** All numbers in the bytes. */
export function unpackDoubles(bytes: Buffer): Float64Array {
  const numbers = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
  for (let index = 0; index < numbers.length; index++) {
    numbers[index] = bytes.readDoubleLE(index * Float64Array.BYTES_PER_ELEMENT);
  }
  return numbers;
}
