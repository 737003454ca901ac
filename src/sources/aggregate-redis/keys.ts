import { requestKey } from "../aggregate/key.ts";

/** The names of the store's keys. Braces make what is inside them decide on the slot in a Redis Cluster. */
export class Keys {
  /** What the keys of records begin with. */
  readonly recordPrefix: string;
  readonly #prefix: string;

  /** @param prefix all keys begin with it */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.recordPrefix = `${prefix}record:`;
  }

  record(key: string): string {
    return `${this.recordPrefix}{${key}}`;
  }

  request(requestId: string): string {
    return `${this.#prefix}request:{${requestKey(requestId)}}`;
  }
}
