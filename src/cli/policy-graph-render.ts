import type { GraphNode, PolicyGraph } from "../decide/graph.ts";

/** The graph as lines of text, by how soon a step can begin. */
export function graphText({ policy, nodes, longestChain }: PolicyGraph): string {
  const fetches = nodes.filter(({ timeoutMs }) => timeoutMs !== undefined).length;
  const chain = fetches === 0 ? "" : `, longest chain ${longestChain}`;
  const lines = [`${policy}: ${counted(fetches, "fetch", "fetches")}${chain}`];
  const deepest = Math.max(0, ...nodes.map(({ depth }) => depth));
  for (let depth = 1; depth <= deepest; depth++) {
    lines.push(depth === 1 ? "  from the event" : `  then (${depth})`);
    for (const node of nodes.filter((each) => each.depth === depth)) lines.push(`    ${line(node)}`);
  }
  return lines.join("\n");
}

function line({ name, kind, after, fromEvent, gives, timeoutMs, gate }: GraphNode): string {
  const within = timeoutMs === undefined ? "" : `, at most ${timeoutMs} ms`;
  const inputs = [...fromEvent, ...after];
  const from = inputs.length === 0 ? "" : ` ← ${inputs.join(", ")}`;
  const own = gives.length === 1 && gives[0] === name;
  return `${name} (${kind}${within}${gate ? ", for the gate" : ""})${from}${own ? "" : ` → ${gives.join(", ")}`}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

const shapes: Readonly<Record<string, readonly [open: string, close: string]>> = {
  derived: ["([", "])"],
  model: ["{{", "}}"],
};

/** The graph as a Mermaid flowchart. */
export function graphMermaid({ policy, nodes }: PolicyGraph): string {
  const lines = [`%% ${policy}`, "flowchart LR", "  event((event))"];
  for (const { name, kind, after, fromEvent } of nodes) {
    const [open, close] = shapes[kind] ?? ["[", "]"];
    const label = kind === "derived" ? name : `${name}<br/>${kind}`;
    lines.push(`  ${idOf(name)}${open}"${label}"${close}`);
    if (fromEvent.length > 0) lines.push(`  event --> ${idOf(name)}`);
    for (const before of after) lines.push(`  ${idOf(before)} --> ${idOf(name)}`);
  }
  return lines.join("\n");
}

/** Names of features and sources are letters, digits and underscores; of lists also hyphens, and blanks around them. */
function idOf(name: string): string {
  return `n_${name.replace(/\W/g, (sign) => `.${sign.charCodeAt(0)}.`)}`;
}
