import assert from "node:assert/strict";
import { Exposition } from "../../../src/observe/metrics/exposition.ts";

const plain = /^text\/plain; version=0\.0\.4/;
const openMetrics = /^application\/openmetrics-text; version=1\.0\.0/;

function exposition() {
  const made = new Exposition();
  made
    .counter({ name: "asked_total", help: "How often.", labels: { who: "name" } })
    .at('a "b"\n\\')
    .inc(3);
  made.gauge({ name: "level", help: "How high.", labels: {} }).at().set(-1.5);
  const times = made.histogram({ name: "time_seconds", help: "How long.", labels: { who: "name" } }, [0.1, 1]);
  for (const value of [0.1, 0.5, 0.75, 3]) times.at("a").observe(value);
  times.at("a").observe(0.25, "4bf92f3577b34da6a3ce929d0e0e4736");
  return made;
}

describe("the exposition of metrics", () => {
  it("is the plain format of Prometheus, unless another is asked for", async () => {
    const { text, contentType } = await exposition().render();
    assert.match(contentType, plain);
    assert.equal(
      text,
      `# HELP asked_total How often.
# TYPE asked_total counter
asked_total{who="a \\"b\\"\\n\\\\"} 3

# HELP level How high.
# TYPE level gauge
level -1.5

# HELP time_seconds How long.
# TYPE time_seconds histogram
time_seconds_bucket{le="0.1",who="a"} 1
time_seconds_bucket{le="1",who="a"} 4
time_seconds_bucket{le="+Inf",who="a"} 5
time_seconds_sum{who="a"} 4.6
time_seconds_count{who="a"} 5
`,
    );
  });

  it("is OpenMetrics with exemplars when asked for, and counters keep their names in both, however often", async () => {
    const made = exposition();
    for (let round = 0; round < 2; round += 1) {
      const { text, contentType } = await made.render("application/openmetrics-text;version=1.0.0");
      assert.match(contentType, openMetrics);
      assert.match(text, /^# TYPE asked counter\nasked_total\{who=/m);
      assert.match(
        text,
        /^time_seconds_bucket\{le="1",who="a"\} 4 # \{trace_id="4bf92f3577b34da6a3ce929d0e0e4736"\} 0\.25 \d+/m,
      );
      assert.equal(text.match(/trace_id/g)?.length, 1);
      assert.match(text, /# EOF\n$/);
      assert.match((await made.render("text/plain")).text, /^# TYPE asked_total counter\nasked_total\{who=/m);
    }
  });

  const cases: readonly { accept: string; format: RegExp }[] = [
    { accept: "", format: plain },
    { accept: "*/*", format: plain },
    { accept: "text/html,application/xhtml+xml,*/*;q=0.8", format: plain },
    {
      accept:
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      format: openMetrics,
    },
    { accept: "text/plain;version=0.0.4;q=0.6, application/openmetrics-text;version=1.0.0;q=0.5", format: plain },
    { accept: "application/openmetrics-text;q=0", format: plain },
  ];
  for (const { accept, format } of cases) {
    it(`is ${format === plain ? "plain" : "OpenMetrics"} for Accept: ${accept || "(none)"}`, async () => {
      assert.match((await new Exposition().render(accept)).contentType, format);
    });
  }
});
