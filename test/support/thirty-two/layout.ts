import { createHash } from "node:crypto";

/** One of the 32 services, and the source of the same name that asks it. */
export interface Service {
  /** Level and place: `a1` … `a8`, then `b1` … `d8`. */
  readonly name: string;
  readonly level: number;
  readonly protocol: "http" | "grpc";
  /** The services of the level above whose keys make its own; none on the first level, whose key is the order's. */
  readonly after: readonly string[];
}

const levels = ["a", "b", "c", "d"] as const;
const wide = 8;

/** 4 levels of 8: half HTTP, half gRPC, each below the first asked with a key made of one answer of either kind. */
export const services: readonly Service[] = levels.flatMap((letter, level) =>
  Array.from({ length: wide }, (_, at): Service => {
    const above = levels[level - 1];
    return {
      name: `${letter}${at + 1}`,
      level: level + 1,
      protocol: at % 2 === 0 ? "http" : "grpc",
      after: above === undefined ? [] : [`${above}${at + 1}`, `${above}${((at + 1) % wide) + 1}`],
    };
  }),
);

export const depth = levels.length;

/** What a service knows of a key: the next key and a number in [0, 1), both of which only this key gives. */
export interface Answer {
  readonly key: string;
  readonly value: number;
}

export function answerOf(service: string, key: string): Answer {
  const digest = createHash("sha256").update(`${service} ${key}`).digest();
  return { key: digest.toString("hex", 0, 8), value: digest.readUInt32LE(8) / 2 ** 32 };
}

/** The key a service below the first level is asked with. */
export function keyFrom(above: readonly string[]): string {
  return above.join("-");
}

/** What every service answers for an order, asked one after the other. */
export function answersFor(order: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const { name, after } of services) {
    const key = after.length === 0 ? order : keyFrom(after.map((each) => answers.get(each)!.key));
    answers.set(name, answerOf(name, key));
  }
  return answers;
}
