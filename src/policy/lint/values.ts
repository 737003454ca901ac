import { type FeatureType, hasType } from "../../domain/feature.ts";

/** The values a feature may still have after some comparisons. Immutable. */
export interface Values {
  readonly type: FeatureType;
  /** Bounds of numbers; texts and booleans have none. */
  readonly low: Bound;
  readonly high: Bound;
  /** No others; undefined: any. */
  readonly only: ReadonlySet<unknown> | undefined;
  readonly except: ReadonlySet<unknown>;
  /** Texts begin so; empty: as they like. */
  readonly beginning: string;
  /** Texts begin with none of these. */
  readonly otherBeginnings: ReadonlySet<string>;
}

interface Bound {
  readonly at: number;
  readonly included: boolean;
}

/** What one comparison demands. */
export interface Restriction {
  readonly low?: Bound;
  readonly high?: Bound;
  readonly only?: readonly unknown[];
  readonly except?: readonly unknown[];
  readonly beginning?: string;
  readonly otherBeginning?: string;
}

export function isNumeric(type: FeatureType): boolean {
  return type === "double" || type === "integer" || type === "timestamp";
}

/** All values of a type, from a minimum on if one is known. */
export function everyValue(type: FeatureType, minimum: number | undefined): Values {
  return {
    type,
    low: { at: minimum ?? Number.NEGATIVE_INFINITY, included: true },
    high: { at: Number.POSITIVE_INFINITY, included: true },
    only: type === "boolean" ? new Set([true, false]) : undefined,
    except: new Set(),
    beginning: "",
    otherBeginnings: new Set(),
  };
}

/** The values that also meet the restriction. */
export function restrict(values: Values, { low, high, only, except, beginning, otherBeginning }: Restriction): Values {
  const [shorter = "", longer = ""] = [values.beginning, beginning ?? ""].sort(
    (left, right) => left.length - right.length,
  );
  const among = longer.startsWith(shorter) ? only : [];
  return {
    type: values.type,
    low: low === undefined ? values.low : tighter(values.low, low, low.at > values.low.at),
    high: high === undefined ? values.high : tighter(values.high, high, high.at < values.high.at),
    only: among === undefined ? values.only : new Set(among.filter((each) => values.only?.has(each) ?? true)),
    except: except === undefined ? values.except : values.except.union(new Set(except)),
    beginning: longer,
    otherBeginnings:
      otherBeginning === undefined ? values.otherBeginnings : values.otherBeginnings.union(new Set([otherBeginning])),
  };
}

/** Whether no value is left. An answer of true is certain; among doubles next to each other a false one need not be. */
export function isEmpty(values: Values): boolean {
  const { type, low, high, only, except } = values;
  if (only !== undefined) return ![...only].some((each) => hasType(each, type) && isWithin(values, each));
  if (type === "string") return beginsOtherwise(values, values.beginning);
  if (!isNumeric(type)) return false;
  if (type === "double")
    return low.at > high.at || (low.at === high.at && !(low.included && high.included && !except.has(low.at)));
  const first = firstWhole(low);
  const last = -firstWhole({ at: -high.at, included: high.included });
  // More whole numbers than exceptions: one is left.
  for (let at = first; at <= last && at - first <= except.size; at++) if (!except.has(at)) return false;
  return true;
}

function isWithin(values: Values, value: unknown): boolean {
  const { low, high, except, beginning } = values;
  if (except.has(value)) return false;
  if (typeof value === "string") return value.startsWith(beginning) && !beginsOtherwise(values, value);
  if (typeof value !== "number") return true;
  return (
    (value > low.at || (low.included && value === low.at)) && (value < high.at || (high.included && value === high.at))
  );
}

/** Whether a text has a beginning that it must not have. */
function beginsOtherwise({ otherBeginnings }: Values, text: string): boolean {
  return [...otherBeginnings].some((each) => text.startsWith(each));
}

function tighter(current: Bound, next: Bound, nextIsInside: boolean): Bound {
  if (current.at === next.at) return { at: current.at, included: current.included && next.included };
  return nextIsInside ? next : current;
}

/** The least whole number from a lower bound on. Feature values are safe integers, so none lies beyond those. */
function firstWhole({ at, included }: Bound): number {
  const whole = Math.max(Math.ceil(at), Number.MIN_SAFE_INTEGER);
  return whole === at && !included ? whole + 1 : whole;
}
