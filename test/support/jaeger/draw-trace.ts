import type { JaegerSpan } from "./jaeger-span.ts";

interface Row {
  readonly span: JaegerSpan;
  readonly depth: number;
}

const [width, names, rowHeight, top] = [1000, 330, 22, 58];
const colours = { critical: "#c2410c", failed: "#b91c1c", source: "#0f766e", other: "#64748b" } as const;

/** A trace as SVG: a bar for each span, those of the critical path and those that failed in colours of their own. */
export function drawTrace(title: string, spans: readonly JaegerSpan[]): string {
  const rows = rowsOf(spans);
  const { startNs, endNs } = rows[0]!.span;
  const totalMs = Number(endNs - startNs) / 1e6;
  const scale = (width - names - 140) / totalMs;
  const bars = rows.map(({ span, depth }, at) => {
    const [fromMs, tookMs] = [Number(span.startNs - startNs) / 1e6, Number(span.endNs - span.startNs) / 1e6];
    const [x, y] = [names + fromMs * scale, top + at * rowHeight];
    const barWidth = Math.max(1.5, tookMs * scale);
    const name = `<text x="${12 + depth * 14}" y="${y + 14}">${escaped(span.name)}</text>`;
    const bar = `<rect x="${x.toFixed(1)}" y="${y + 4}" width="${barWidth.toFixed(1)}" height="12" rx="2" fill="${colourOf(span)}"/>`;
    const label = `<text x="${(x + barWidth + 4).toFixed(1)}" y="${y + 14}" class="small">${escaped(labelOf(span, tookMs))}</text>`;
    return `${name}${bar}${label}`;
  });
  const height = top + rows.length * rowHeight + 12;
  const root = rows[0]!.span.attributes;
  const path = clipped(String(root["verdict.critical_path"]), 120);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    "<style>.small{font-size:11px;fill:#475569}</style>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="bold">${escaped(title)}</text>`,
    `<text x="12" y="42" class="small">${escaped(`verdict.critical_path: ${path}`)}</text>`,
    ...bars,
    "</svg>\n",
  ].join("\n");
}

/** Each span after its parent, and by its start. */
function rowsOf(spans: readonly JaegerSpan[]): Row[] {
  const children = Map.groupBy(
    spans.toSorted((left, right) => Number(left.startNs - right.startNs)),
    ({ parentSpanId }) => parentSpanId,
  );
  const below = (span: JaegerSpan, depth: number): Row[] => [
    { span, depth },
    ...(children.get(span.spanId) ?? []).flatMap((child) => below(child, depth + 1)),
  ];
  return (children.get("") ?? []).flatMap((root) => below(root, 0));
}

function colourOf({ failed, attributes, kind }: JaegerSpan): string {
  if (failed) return colours.failed;
  if (attributes["verdict.source.critical"] === true || attributes["verdict.critical"] === true)
    return colours.critical;
  return kind === "CLIENT" ? colours.source : colours.other;
}

function labelOf({ attributes }: JaegerSpan, tookMs: number): string {
  const status = attributes["verdict.source.status"];
  const told = [
    `${tookMs.toFixed(1)} ms`,
    ...(status === undefined || status === "OK" ? [] : [String(status)]),
    ...(attributes["verdict.outcome"] === undefined ? [] : [String(attributes["verdict.outcome"])]),
  ];
  return told.join(" · ");
}

function clipped(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
