/** 12345.6 → "12,346". */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** "1.23" below ten, "12.3" above: more figures than a measurement here is worth would only be noise. */
export function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

/** 1234.5 → "1,234.50". */
export function money(value: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** A share of something that may be nothing: "12.3 %", or "–". */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}
