/** Where the text in `bytes[start, end)` (UTF-8) begins, without the white space in front: what `trimStart` leaves. */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const length = spaceAt(bytes, at);
    if (length === 0) break;
    at += length;
  }
  return at;
}

/** Where the text in `bytes[start, end)` (UTF-8) ends, without the white space behind: what `trimEnd` leaves. */
export function dropSpace(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  for (;;) {
    const length = spaceBefore(bytes, start, at);
    if (length === 0) return at;
    at -= length;
  }
}

function spaceBefore(bytes: Uint8Array, start: number, end: number): number {
  for (let length = 1; length <= 3 && end - length >= start; length += 1) {
    if (spaceAt(bytes, end - length) === length) return length;
  }
  return 0;
}

/** How many bytes the white space character takes that begins at a place; 0 if none begins there. */
function spaceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first <= 0x20) return first === 0x20 || (first >= 0x09 && first <= 0x0d) ? 1 : 0;
  if (first < 0xc2) return 0;
  if (first === 0xc2) return bytes[at + 1] === 0xa0 ? 2 : 0;
  return first >= 0xe1 && first <= 0xef && isWideSpace((first << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!) ? 3 : 0;
}

/** The white space of Unicode that takes three bytes, and the byte order mark, which JavaScript counts among it. */
function isWideSpace(code: number): boolean {
  return (
    (code >= 0xe28080 && code <= 0xe2808a) ||
    code === 0xe280a8 ||
    code === 0xe280a9 ||
    code === 0xe280af ||
    code === 0xe2819f ||
    code === 0xe38080 ||
    code === 0xe19a80 ||
    code === 0xefbbbf
  );
}
