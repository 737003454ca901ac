import type { StepTiming } from "../domain/decision.ts";

/** What an operator can do about a step that failed. */
export function adviceOn({ kind, status }: Pick<StepTiming, "kind" | "status">): string {
  if (kind === "source") return status === "TIMEOUT" ? onTimeout : status === "OK" ? onMisfit : onError;
  return advice[kind];
}

const onTimeout =
  "see verdict_source_seconds for how long it takes: make it faster, or raise its timeoutMs if the deadline allows it";
const onMisfit = "correct the features of this source in features.json, or what it answers";
const onError = "mend what problem says, at the source or in its entry in features.json; decisions go on without it";

const advice: Readonly<Record<Exclude<StepTiming["kind"], "source">, string>> = {
  derived: "correct the expression in features.json, or give the feature onMissing",
  model: "compare the model's manifest with its graph and inputs; policies answer with their onMissing meanwhile",
  gate: "run verdict policy test; an unknown gate lets events through",
  rules: "run verdict policy test",
  record:
    "events are decided but not counted: see that the data folder, or the Redis that keeps aggregates, can be written to",
};
