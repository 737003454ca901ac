import type { SyntaxNode } from "@lezer/common";
import {
  AggregateExpr,
  EqlRegex,
  EqlSingle,
  GroupingLabels,
  Identifier,
  LabelName,
  parser,
  StringLiteral,
  UnquotedLabelMatcher,
  VectorSelector,
} from "@prometheus-io/lezer-promql";

/** What an expression says about a metric. */
interface Use {
  readonly metric: string;
  /** Labels that it matches or groups this metric by. */
  readonly labels: readonly string[];
  /** Values that a label must have, by label. */
  readonly values: readonly (readonly [label: string, value: string])[];
}

/** Every metric an expression names, with the labels and values it expects of it. @throws if it is no PromQL. */
export function usesIn(expression: string): Use[] {
  const text = ({ from, to }: SyntaxNode) => expression.slice(from, to);
  const tree = parser.parse(expression);
  tree.iterate({
    enter({ type, from }) {
      if (type.isError) throw new SyntaxError(`no PromQL at ${from}: ${expression}`);
    },
  });
  return all(tree.topNode, VectorSelector).map((selector) => {
    const matchers = all(selector, UnquotedLabelMatcher).map((matcher) => ({
      label: text(all(matcher, LabelName)[0]!),
      value: text(all(matcher, StringLiteral)[0]!).slice(1, -1),
      expects: all(matcher, EqlSingle).length + all(matcher, EqlRegex).length > 0,
    }));
    return {
      metric: text(all(selector, Identifier)[0]!),
      labels: [...matchers.map(({ label }) => label), ...groupings(selector).map(text)],
      values: matchers
        .filter(({ expects, value }) => expects && !value.startsWith("$"))
        .flatMap(({ label, value }) => value.split("|").map((each) => [label, each] as const)),
    };
  });
}

/** The labels by which what is around a selector groups it. */
function groupings(selector: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.type.id !== AggregateExpr) continue;
    const modifier = node.getChild("AggregateModifier");
    found.push(...(modifier === null ? [] : all(modifier, GroupingLabels)).flatMap((each) => all(each, LabelName)));
  }
  return found;
}

function all(node: SyntaxNode, type: number): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((each) => {
    if (each.type.id === type && each.from >= node.from && each.to <= node.to) found.push(each.node);
  });
  return found;
}
