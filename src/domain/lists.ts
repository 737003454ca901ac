/** Lists of entries (blocked cards, trusted devices, …) that conditions ask about with `inList` and `notInList`. */
export interface Lists {
  /**
   * Whether the entry is in the list at that time.
   * @param atMs milliseconds since the Unix epoch: an entry that expires then or earlier is not in the list any more.
   * @returns undefined while the list cannot be read: the condition is then unknown.
   */
  has(list: string, entry: string, atMs: number): boolean | undefined;
}
