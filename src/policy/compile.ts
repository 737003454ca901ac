import type { Facts } from "../domain/facts.ts";
import { Missing } from "../domain/feature.ts";
import { compileCondition } from "./compile-condition.ts";
import { factsOf, leaves, type Truth } from "./condition.ts";
import { type Evaluation, type Explanation, explainTree, type MakeEvaluator } from "./evaluate.ts";
import type { Program, Values } from "./program.ts";

/** Conditions as plain synchronous functions over the values of the distinct facts they read. */
interface Compiled {
  readonly programs: readonly Program[];
  /** By fact: its slot in the context. */
  readonly slots: readonly number[];
  /** By fact: the conditions that read it. */
  readonly readers: readonly (readonly number[])[];
}

/**
 * Compiles conditions to plain synchronous functions: no interpretation, no promises. Every fact is read once for all
 * conditions; `all` and `any` stop at the first child that decides; later only conditions that are still unknown and
 * read a feature that arrived are looked at again.
 */
export const compiledEvaluator: MakeEvaluator = (conditions, slotOf) => {
  const names: string[] = [];
  const places = new Map<string, number>();
  const indexOf = (fact: string): number => {
    const known = places.get(fact);
    if (known !== undefined) return known;
    places.set(fact, names.length);
    return names.push(fact) - 1;
  };
  const programs = conditions.map((condition) => compileCondition(condition, indexOf));
  const readers: number[][] = names.map(() => []);
  for (const [at, condition] of conditions.entries())
    for (const fact of factsOf(condition)) readers[indexOf(fact)]!.push(at);
  const compiled: Compiled = { programs, slots: names.map(slotOf), readers };
  // Few decisions are explained: their leaves are compiled when the first one is.
  let trees: readonly ((values: Values, facts: Facts) => Explanation)[] | undefined;

  return {
    begin: (facts) => new CompiledEvaluation(compiled, facts),
    evaluate: (facts) => new CompiledEvaluation(compiled, facts).update(),
    explain(facts) {
      trees ??= conditions.map((condition) => {
        const truths = new Map([...leaves(condition)].map((leaf) => [leaf, compileCondition(leaf, indexOf)]));
        return (values, facts) => explainTree(condition, facts, (leaf) => truthOf[truths.get(leaf)!(values, facts)]!);
      });
      const values = compiled.slots.map((slot) => valueAt(facts, slot));
      return trees.map((tree) => tree(values, facts));
    },
  };
};

/** By the numbers that programs answer with. */
const truthOf: readonly Truth[] = [false, true, "unknown"];

/** What programs see of a fact: its value, null if it is missing, undefined while it is pending. */
function valueAt(facts: Facts, slot: number): unknown {
  const fetched = facts.at(slot);
  return fetched instanceof Missing ? null : fetched;
}

class CompiledEvaluation implements Evaluation {
  readonly #compiled: Compiled;
  readonly #facts: Facts;
  readonly #values: unknown[] = [];
  readonly #truths: Truth[] = [];
  /** Facts that have not arrived; undefined before the first look. */
  #pending: number[] | undefined;

  constructor(compiled: Compiled, facts: Facts) {
    this.#compiled = compiled;
    this.#facts = facts;
  }

  update(): readonly Truth[] {
    if (this.#pending === undefined) this.#lookAtAll();
    else if (this.#pending.length > 0) this.#lookAtArrived(this.#pending);
    return this.#truths;
  }

  #lookAtAll(): void {
    const { programs, slots } = this.#compiled;
    const values = this.#values;
    const pending: number[] = [];
    for (let fact = 0; fact < slots.length; fact++) {
      const value = valueAt(this.#facts, slots[fact]!);
      values.push(value);
      if (value === undefined) pending.push(fact);
    }
    for (let at = 0; at < programs.length; at++) this.#truths.push(truthOf[programs[at]!(values, this.#facts)]!);
    this.#pending = pending;
  }

  #lookAtArrived(pending: readonly number[]): void {
    const { programs, slots, readers } = this.#compiled;
    const arrived: number[] = [];
    this.#pending = pending.filter((fact) => {
      this.#values[fact] = valueAt(this.#facts, slots[fact]!);
      if (this.#values[fact] === undefined) return true;
      arrived.push(fact);
      return false;
    });
    for (const fact of arrived) {
      for (const at of readers[fact]!) {
        if (this.#truths[at] === "unknown") this.#truths[at] = truthOf[programs[at]!(this.#values, this.#facts)]!;
      }
    }
  }
}
