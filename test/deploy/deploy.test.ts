import assert from "node:assert/strict";
import { parse } from "yaml";
import { errorStatus } from "../../src/domain/errors.ts";
import { cleanUp } from "../support/clean-up.ts";
import { until } from "../support/until.ts";
import { read } from "../tidy/sources.ts";
import { startBusyEngine } from "./support/busy-engine.ts";
import { type Exposed, readMetrics } from "./support/exposed.ts";
import { usesIn } from "./support/promql.ts";

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const alerts = (parse(read("deploy/prometheus/alerts.yaml")) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = JSON.parse(read("deploy/grafana/verdict.json")) as Dashboard;

/** Put on every series by whoever scrapes. */
const scrapers = ["job", "instance"];

/** Grafana's own variables, as a query would have them. */
const filledIn = (expression: string) => expression.replaceAll("$__rate_interval", "5m");

/** What a query over `label_values(metric, label)` reads. */
const variables = dashboard.templating.list.flatMap(({ name, definition }) => {
  const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(definition ?? "") ?? [];
  return metric === undefined ? [] : [{ what: `variable ${name}`, expr: `sum by (${label}) (${metric})` }];
});
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ what: `panel ${title}`, expr: filledIn(expr) })),
);
const expressions = [...alerts.map(({ alert, expr }) => ({ what: `alert ${alert}`, expr })), ...queries, ...variables];

describe("what is deployed beside an engine", () => {
  const clean = cleanUp(after);
  let exposed: Exposed;

  before(async function () {
    this.timeout(60_000);
    const { httpAddress } = await startBusyEngine(clean);
    const scrape = async () => {
      exposed = readMetrics(await (await fetch(`http://${httpAddress}/metrics`)).text());
      return exposed;
    };
    // Observing comes after answering, collecting garbage is told later.
    await until(async () => (await scrape()).labels.get("nodejs_gc_duration_seconds_sum")?.has("kind") === true);
  });

  for (const { what, expr } of expressions) {
    it(`${what} names only metrics, labels and values that there are`, () => {
      const uses = usesIn(expr);
      assert.ok(uses.length > 0, expr);
      for (const { metric, labels, values } of uses) {
        const known = exposed.labels.get(metric);
        assert.ok(known !== undefined, `there is no ${metric} among\n${[...exposed.labels.keys()].join("\n")}`);
        const unknown = labels.filter((label) => !known.has(label) && !scrapers.includes(label));
        assert.deepEqual(unknown, [], `labels of ${metric}`);
        for (const [label, value] of values) {
          const isKnown = exposed.values.get(label)?.has(value) || (label === "reason" && value in errorStatus);
          assert.ok(isKnown, `${label} is never "${value}" but ${[...(exposed.values.get(label) ?? [])].join(", ")}`);
        }
      }
    });
  }

  it("shows every metric of the engine's own", () => {
    const shown = new Set(expressions.flatMap(({ expr }) => usesIn(expr).map(({ metric }) => metric)));
    const family = (metric: string) => ["", "_bucket", "_sum", "_count"].some((end) => shown.has(metric + end));
    const own = [...exposed.described.keys()].filter((metric) => metric.startsWith("verdict_"));
    assert.deepEqual(
      own.filter((metric) => !family(metric)),
      [],
    );
  });

  it("has a list of the engine's own metrics that is true", () => {
    const { described, labels } = exposed;
    const rows = [...described]
      .filter(([name]) => name.startsWith("verdict_"))
      .map(([name, { type, help }]) => {
        const own = [...(labels.get(name) ?? labels.get(`${name}_count`) ?? [])].filter((label) => label !== "le");
        return `| \`${name}\` | ${type} | ${own.map((label) => `\`${label}\``).join(" ")} | ${help} |`;
      });
    const listed = read("deploy/README.md")
      .split("\n")
      .filter((line) => line.startsWith("| `verdict_"));
    assert.deepEqual(listed, rows, `the list in deploy/README.md should be\n${rows.join("\n")}`);
  });

  it("names in README.md only metrics that there are", () => {
    const named = ["README.md", "deploy/README.md", "ARCHITECTURE.md"].flatMap(
      (file) => read(file).match(/\bverdict_[a-z_]+/g) ?? [],
    );
    const isKnown = (name: string) => [...exposed.described.keys(), ...exposed.labels.keys()].includes(name);
    assert.deepEqual(
      named.filter((name) => !isKnown(name)),
      [],
    );
  });

  it("tells of each alert how bad it is, what it is, and what to do", () => {
    for (const { alert, labels, annotations } of alerts) {
      assert.match(labels.severity, /^(page|ticket)$/, alert);
      assert.ok(annotations.summary.length > 10 && annotations.action.length > 10, alert);
    }
  });

  it("words legends and summaries with labels that the result has", () => {
    const check = (what: string, expr: string, words: readonly string[]) => {
      const labels = new Set([...usesIn(expr).flatMap((use) => use.labels), ...scrapers]);
      assert.deepEqual(
        words.filter((word) => !labels.has(word)),
        [],
        what,
      );
    };
    for (const { alert, expr, annotations } of alerts)
      check(
        alert,
        expr,
        [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!),
      );
    for (const { title, targets = [] } of dashboard.panels)
      for (const { expr, legendFormat } of targets)
        check(
          title,
          filledIn(expr),
          [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
        );
  });

  it("has a dashboard whose panels have ids and places of their own, and ask the source of data that is chosen", () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
    const taken = new Set<string>();
    for (const { title, type, description, datasource, targets, gridPos: place } of panels) {
      assert.ok(place.x + place.w <= 24, title);
      for (let x = place.x; x < place.x + place.w; x += 1)
        for (let y = place.y; y < place.y + place.h; y += 1) {
          assert.ok(!taken.has(`${x},${y}`), `${title} covers another panel`);
          taken.add(`${x},${y}`);
        }
      if (type === "row") continue;
      assert.ok(description, `${title} does not say what it shows`);
      assert.equal(datasource?.uid, "${datasource}", title);
      const ids = targets?.map(({ refId }) => refId) ?? [];
      assert.ok(ids.length > 0 && new Set(ids).size === ids.length, title);
    }
  });
});
