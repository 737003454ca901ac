import { once } from "node:events";
import type { Writable } from "node:stream";

/**
 * Writes all messages to a call and half-closes it, never faster than the call takes them.
 * @param signal aborted when the call has ended, after which `drain` will never come
 * @throws what the messages' iterator throws, and an AbortError when the signal was aborted
 */
export async function sendAll<Message>(
  call: Writable,
  messages: Iterable<Message> | AsyncIterable<Message>,
  signal: AbortSignal,
): Promise<void> {
  for await (const message of messages) {
    signal.throwIfAborted();
    if (!call.write(message)) await once(call, "drain", { signal });
  }
  call.end();
}
