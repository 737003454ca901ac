import type { DecideRequest } from "../../../src/server/generated/verdict/v1/DecideRequest.ts";
import { cardRequests } from "../cards.ts";

export const policy = "card-authorization";

/** Purchases in time order, the same in every process; each is decided once, as a repeated one would cost less. */
export function purchases(): DecideRequest[] {
  return cardRequests(120_000);
}
