/** A field of a message: a varint (64 bits, unsigned), or the bytes of the other wire types. */
export interface Field {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 a length and bytes, 5 four bytes. */
  readonly wire: number;
  readonly varint: bigint;
  readonly bytes: Buffer;
}

const noBytes = Buffer.alloc(0);

/** The fields of a protobuf message, in their order (protobuf.dev/programming-guides/encoding); undefined if it is none. */
export function fieldsOf(message: Buffer): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return undefined;
  };
  const take = (length: bigint | number | undefined): Buffer | undefined => {
    if (length === undefined || length > message.length - at) return undefined;
    at += Number(length);
    return message.subarray(at - Number(length), at);
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === undefined || tag > 0xffff_ffffn) return undefined;
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    const value =
      wire === 0 ? varint() : wire === 2 ? take(varint()) : wire === 1 ? take(8) : wire === 5 ? take(4) : undefined;
    if (value === undefined || number === 0) return undefined;
    fields.push(
      typeof value === "bigint"
        ? { number, wire, varint: value, bytes: noBytes }
        : { number, wire, varint: 0n, bytes: value },
    );
  }
  return fields;
}
