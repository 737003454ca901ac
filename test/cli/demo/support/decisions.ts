import type { MessageTypeDefinition } from "@grpc/proto-loader";
import type { Decision } from "../../../../src/cli/demo/decider.ts";
import { toEvent } from "../../../../src/cli/demo/messages.ts";
import type {
  DecideRequest,
  DecideRequest__Output,
} from "../../../../src/server/generated/verdict/v1/DecideRequest.ts";
import type {
  DecideResponse,
  DecideResponse__Output,
} from "../../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { protos } from "../../../../src/server/protos.ts";
import { type Simulation, simulate, type Transaction } from "../../../../src/simulate/simulate.ts";
import { answer } from "./fake-engine.ts";

/** A small world with every kind of fraud. */
export const smallWorld: Simulation = simulate({ seed: 5, customers: 60, days: 20 });

/** As if the fake engine had decided them, the nth one in n % 20 + 1 milliseconds. */
export function decisionsOf(transactions: Iterable<Transaction>): readonly Decision[] {
  return [...transactions].map((transaction, index) => ({
    transaction,
    response: answerTo(transaction),
    latencyMs: (index % 20) + 1,
  }));
}

/** The fake engine's answer as a client reads it. */
export function answerTo(transaction: Transaction, extra: Pick<DecideRequest, "explain"> = {}): DecideResponse__Output {
  const request = overTheWire<DecideRequest__Output>("DecideRequest", { ...toEvent(transaction), ...extra });
  return responseOf(answer(request));
}

/** A response with all defaults filled in. */
export function responseOf(response: DecideResponse): DecideResponse__Output {
  return overTheWire<DecideResponse__Output>("DecideResponse", response);
}

function overTheWire<Output extends object>(name: string, message: object): Output {
  const type = protos[`verdict.v1.${name}`] as MessageTypeDefinition<object, Output>;
  return type.deserialize(Buffer.from(type.serialize(message)));
}
