import type { Json } from "../../../src/domain/event.ts";
import type { Source } from "./people.ts";

/** The ways in which a source is broken, by what is done to it. */
export const breakNames = ["dead", "black-holed", "slow", "half wrong", "frozen", "restarted"] as const;
export type BreakName = (typeof breakNames)[number];

/** One way in which one source is broken. */
export interface Break {
  begin(): Promise<unknown>;
  /** Resolves when it is whole again. */
  end(): Promise<unknown>;
  /** While it lasts half of the decisions are about those of whom this source says nonsense. */
  readonly half?: Source;
  /** It must show in no answer. */
  readonly harmless?: true;
}

/** Why a way of breaking a source cannot happen. */
export interface Impossible {
  readonly impossible: string;
}

/** A source of the engine on the stage, and how it can be broken. */
export interface Target {
  readonly name: string;
  /** The feature that comes from it. */
  readonly feature: string;
  /** Whether that value may be given for that person. */
  isRight(value: Json, person: string): boolean;
  readonly breaks: Readonly<Record<BreakName, Break | Impossible>>;
}

export const nothing = async () => {};
