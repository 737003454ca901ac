import { ZenDecisionContent, ZenEngine } from "@gorules/zen-engine";
import { type FactValues, type GeneratedLeaf, type GeneratedRule, typesOf } from "./generated-rules.ts";
import { type RulesEngine, verdictOf } from "./verdict.ts";

/**
 * The same rules for GoRules' zen-engine: a decision table that collects the rows that hit, one row a rule, its whole
 * condition as one expression in the only input column. Of the forms tried it is the fastest at nearly every size: a
 * column for each fact, one expression node with a key for each rule, and one with a list of all rules are slower or the
 * same. The content is compiled once. It answers through promises from its own threads, and costs less with several calls
 * under way.
 */
export function zenEngine(rules: readonly GeneratedRule[]): RulesEngine<FactValues> & { close(): void } {
  const engine = new ZenEngine();
  const decision = engine.createDecision(new ZenDecisionContent(decisionOf(rules)));
  const typeOf = typesOf(rules);
  return {
    name: "zen-engine",
    inFlight: 50,
    async decide(facts) {
      const { result } = await decision.evaluate(facts);
      return verdictOf(
        (result as { rule: string }[]).map(({ rule }) => rule),
        typeOf,
      );
    },
    close: () => engine.dispose(),
  };
}

/** A graph in GoRules' JSON decision model (https://docs.gorules.io/reference/json-decision-model-jdm): in, table, out. */
function decisionOf(rules: readonly GeneratedRule[]): object {
  const table = {
    hitPolicy: "collect",
    inputs: [{ id: "condition", name: "condition" }],
    outputs: [{ id: "rule", name: "rule", field: "rule" }],
    rules: rules.map(({ name, conditions }) => ({
      _id: name,
      condition: conditions.all
        .map((child) => ("any" in child ? `(${child.any.map(expressionOf).join(" or ")})` : expressionOf(child)))
        .join(" and "),
      rule: JSON.stringify(name),
    })),
  };
  const node = (id: string, type: string, content: object) => ({
    id,
    type,
    name: id,
    position: { x: 0, y: 0 },
    content,
  });
  const edge = (sourceId: string, targetId: string) => ({
    id: `${sourceId}-${targetId}`,
    sourceId,
    targetId,
    type: "edge",
  });
  return {
    nodes: [node("in", "inputNode", {}), node("table", "decisionTableNode", table), node("out", "outputNode", {})],
    edges: [edge("in", "table"), edge("table", "out")],
  };
}

const operators: Readonly<Record<GeneratedLeaf["operator"], string>> = {
  greaterThan: ">",
  greaterThanInclusive: ">=",
  lessThan: "<",
  lessThanInclusive: "<=",
  equal: "==",
  in: "in",
};

function expressionOf({ fact, operator, value }: GeneratedLeaf): string {
  return `${fact} ${operators[operator]} ${JSON.stringify(value)}`;
}
