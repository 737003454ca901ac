import { type Application, packApplication, unpackApplication } from "./application.ts";
import type { Commands } from "./commands.ts";
import { packDoubles } from "./doubles.ts";
import { scripts } from "./scripts.ts";

/** A label as a request's entry has it; NaN and −∞: none. */
export interface KnownLabel {
  readonly value: number;
  readonly reportedAtMs: number;
}

/** What a request's entry says. */
export interface KnownRequest {
  /** The time of the event that was counted first; NaN while only a label is known. Milliseconds. */
  readonly occurredAtMs: number;
  readonly label: KnownLabel;
  /** By source. */
  readonly applications: ReadonlyMap<string, Application>;
}

type Bytes = Buffer | null;

/**
 * The entries of requests: where an event is counted, and its label. Each is a hash: `t` time, `l` label, `r` when that
 * was reported (8 bytes each), and `s` + source for each source that counts it.
 */
export class Requests {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /** Enters the sources in which the event is to be counted; what was entered before stays, and is answered. */
  async claim(
    key: string,
    occurredAtMs: number,
    wanted: ReadonlyMap<string, Application>,
    keepMs: number,
  ): Promise<KnownRequest & { readonly newSources: ReadonlySet<string> }> {
    const fields = [...wanted].flatMap(([source, application]) => [source, packApplication(application)]);
    const answer = await this.#commands.run(scripts.claim, key, packDoubles(occurredAtMs), String(keepMs), ...fields);
    const [time, value, reportedAt, ...claimed] = answer as [Bytes, Bytes, Bytes, ...(number | Buffer)[]];
    const applications = new Map<string, Application>();
    const newSources = new Set<string>();
    for (const [index, source] of [...wanted.keys()].entries()) {
      if (claimed[index * 2] === 1) newSources.add(source);
      applications.set(source, unpackApplication(claimed[index * 2 + 1] as Buffer));
    }
    return { ...headOf(time, value, reportedAt), applications, newSources };
  }

  /**
   * Notes with which label the records of these sources have the event.
   * @param areCounted whether they have it for sure, so that it need not be brought to them again
   */
  async confirm(key: string, areCounted: boolean, labels: ReadonlyMap<string, KnownLabel>): Promise<void> {
    const fields = [...labels].flatMap(([source, label]) => [source, packDoubles(label.value, label.reportedAtMs)]);
    await this.#commands.run(scripts.confirm, key, areCounted ? "1" : "0", ...fields);
  }

  /** Enters a label, unless a later one is there. */
  async label(key: string, label: KnownLabel, keepMs: number): Promise<KnownRequest & { readonly isKept: boolean }> {
    const numbers = [packDoubles(label.value), packDoubles(label.reportedAtMs)];
    const answer = await this.#commands.run(scripts.label, key, ...numbers, String(keepMs));
    const [kept, time, value, reportedAt, ...fields] = answer as [number, Bytes, Bytes, Bytes, ...Buffer[]];
    const applications = new Map<string, Application>();
    for (let at = 0; at < fields.length; at += 2) {
      applications.set(fields[at]!.toString(), unpackApplication(fields[at + 1]!));
    }
    return { isKept: kept === 1, ...headOf(time, value, reportedAt), applications };
  }

  /** The label, and how one source counts the event. */
  async look(
    key: string,
    source: string,
  ): Promise<{ readonly label: KnownLabel; readonly application: Application | undefined }> {
    const [value, reportedAt, bytes] = await this.#commands.hmget(key, "l", "r", `s${source}`);
    return { label: headOf(null, value, reportedAt).label, application: bytes ? unpackApplication(bytes) : undefined };
  }
}

function headOf(time: Bytes | undefined, value: Bytes | undefined, reportedAt: Bytes | undefined) {
  const number = (bytes: Bytes | undefined, none: number) => bytes?.readDoubleLE() ?? none;
  return {
    occurredAtMs: number(time, Number.NaN),
    label: { value: number(value, Number.NaN), reportedAtMs: number(reportedAt, Number.NEGATIVE_INFINITY) },
  };
}
