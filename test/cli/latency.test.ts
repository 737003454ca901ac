import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { exitCodeOf } from "../../src/cli/exit.ts";
import { latencyCommand } from "../../src/cli/latency.ts";
import type { TimedDecision } from "../../src/domain/timed-decision.ts";
import type { LatencyReport } from "../../src/latency/report.ts";
import { spansOf } from "../../src/observe/spans.ts";
import { jaegerTrace } from "../latency/support/jaeger-trace.ts";
import { timed, timedStep } from "../latency/support/timed.ts";
import { aDecision } from "../observe/a-decision.ts";
import { cleanUp } from "../support/clean-up.ts";
import { freePort } from "../support/faults/free-port.ts";
import { type Ran, runVerdict } from "../support/run-verdict.ts";

const golden = path.join(import.meta.dirname, "golden/latency.txt");

/** Of two sources beside each other the slower one feeds a third; a model; the rules. Every fifth decision is slow. */
function decision(number: number, part: Partial<TimedDecision> = {}): TimedDecision {
  const issuerUs = number % 5 === 0 ? 90_000 : 20_000;
  const devicesUs = issuerUs + 30_500;
  return timed(
    [
      timedStep({ name: "gate", kind: "gate", startUs: 100, durationUs: 50 }),
      timedStep({ name: "issuer", startUs: 200, durationUs: issuerUs, behind: [0] }),
      timedStep({ name: "profile", startUs: 210, durationUs: 24_000, behind: [0], status: "CACHED" }),
      timedStep({ name: "devices", startUs: issuerUs + 500, durationUs: 30_000, waitsFor: [1] }),
      timedStep({ name: "risk", kind: "model", startUs: devicesUs, durationUs: 2000, waitsFor: [2, 3] }),
      timedStep({ name: "rules", kind: "rules", startUs: devicesUs + 2000, durationUs: 20, waitsFor: [4] }),
    ],
    { decisionId: `d${number}`, arrivedAtMs: Date.UTC(2026, 10, 1) + number * 1000, ...part },
  );
}

/** Runs the command in this process; a process of its own takes a second to start. */
async function latency(...args: readonly string[]): Promise<Ran> {
  let [out, err] = ["", ""];
  const say = (text: string) => {
    err += text;
  };
  const command = latencyCommand().exitOverride();
  command.configureOutput({
    writeOut: (text) => {
      out += text;
    },
    writeErr: say,
  });
  try {
    await command.parseAsync(args, { from: "user" });
    return { code: 0, out, err };
  } catch (error) {
    return { code: exitCodeOf(error, say), out, err };
  }
}

describe("verdict latency", () => {
  const clean = cleanUp();
  let file: string;
  beforeEach(async () => {
    file = path.join(await clean.folder(), "timings.jsonl");
  });

  const write = (...lines: readonly (TimedDecision | string)[]) =>
    writeFile(file, lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  const many = Array.from({ length: 100 }, (_, number) => decision(number));
  const reportOf = async (...args: string[]): Promise<LatencyReport> => {
    const { code, out, err } = await latency("--json", ...args);
    assert.equal(code, 0, err);
    return JSON.parse(out);
  };

  /** `UPDATE=1` writes the file anew. */
  it("says first what to make faster, then where the time goes and what would help", async () => {
    await write(...many);
    const { code, out, err } = await latency(file);
    assert.deepEqual([code, err], [0, ""]);
    if (process.env.UPDATE) await writeFile(golden, out);
    assert.equal(out, await readFile(golden, "utf8"));
    assert.ok(out.split("\n").every((line) => line.length <= 110));
  });

  it("reads several files and standard input as one, and tells policies apart", async () => {
    await write(...many);
    const stdin = `${JSON.stringify(decision(1, { policy: "logins" }))}\n`;
    const { out, err } = await runVerdict(["latency", "--json", file, "-", file], { stdin });
    assert.equal(err, "");
    const { policies }: LatencyReport = JSON.parse(out);
    assert.deepEqual(
      policies.map(({ policy, decisions }) => [policy, decisions]),
      [
        ["payments", 200],
        ["logins", 1],
      ],
    );
  });

  it("says of each policy what to make faster", async () => {
    await write(...many, decision(1, { policy: "logins" }));
    assert.match(
      (await latency(file)).out,
      /^payments: issuer holds .*\nlogins: devices holds .*\n\npayments: 100 dec/,
    );
  });

  it("takes a cache of the hit rate it is told", async () => {
    await write(...many);
    const p99 = async (hits: string) => {
      const { policies } = await reportOf("--cache-hit", hits, file);
      return policies[0]!.steps.find(({ name }) => name === "issuer")!.whatIf.cached!.p99Ms;
    };
    assert.ok((await p99("1")) < 60);
    assert.ok((await p99("0")) > 120);
  });

  it("leaves out what is older than said, and other policies", async () => {
    const now = { arrivedAtMs: Date.now() };
    await write(...many, decision(1, now), decision(2, { ...now, policy: "logins" }));
    const { policies } = await reportOf("--since", "1h", "--policy", "payments", file);
    assert.deepEqual(
      policies.map(({ policy, decisions }) => [policy, decisions]),
      [["payments", 1]],
    );
  });

  it("leaves out lines that are no decisions, and says which", async () => {
    await write(many[0]!, "half a li", "", ...many.slice(1, 3), '{"policy":"payments"}');
    const { code, out, err } = await latency(file);
    assert.equal(code, 0);
    assert.match(out, /payments: 3 decisions/);
    assert.ok(err.startsWith(`${file}:2: it is not JSON; the line is left out\n${file}:6: `), err);
    assert.equal(err.trimEnd().split("\n").length, 2);
    await write(many[0]!, ...Array.from({ length: 8 }, () => "x"));
    assert.match((await latency(file)).err, /:6: .*\n3 more lines are left out\n$/);
  });

  const failures: Readonly<
    Record<string, readonly [lines: readonly (TimedDecision | string)[], args: readonly string[], message: RegExp]>
  > = {
    "only other lines": [["a", "b"], [], /:1: it is not JSON.*\n.*:2: .*\nno line is a decision's timings: name files/],
    nothing: [[], [], /^there are no decisions\n$/],
    "only older decisions": [[many[0]!], ["--since", "1h"], /^there are decisions in these files, but none so late\n$/],
    "only other policies": [
      [many[0]!],
      ["--policy", "x"],
      /^there are no decisions of the policy x .* only of payments\n$/,
    ],
  };
  for (const [what, [lines, args, message]] of Object.entries(failures)) {
    it(`fails on a file of ${what}, and says so`, async () => {
      await write(...lines);
      const { code, out, err } = await latency(...args, file);
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err, message);
    });
  }

  it("fails on a file that is not there, and on one that cannot be read", async () => {
    for (const [name, message] of [
      [`${file}.no`, /ENOENT/],
      [path.dirname(file), /EISDIR/],
    ] as const) {
      const { code, err } = await latency(name);
      assert.equal(code, 1);
      assert.match(err, message);
    }
  });

  const misuses: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /name timings files, or a Jaeger/],
    [["--jaeger", "http://127.0.0.1:1", "x"], /name timings files, or a Jaeger/],
    [["--since", "soon", "x"], /write a duration such as/],
    [["--cache-hit", "2", "x"], /write a share from 0 to 1/],
    [["--limit", "0", "--jaeger", "http://127.0.0.1:1"], /write a whole number/],
  ];
  for (const [args, message] of misuses) {
    it(`is misused as \`latency ${args.join(" ")}\``, async () => {
      const { code, err } = await latency(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    });
  }

  describe("from Jaeger", () => {
    let asked: URL[];

    /** Answers as Jaeger's API does. @returns its address. */
    async function serveTraces(answer: string, status = 200): Promise<string> {
      asked = [];
      const server = createServer((request, response) => {
        asked.push(new URL(request.url!, "http://jaeger"));
        response.writeHead(status, { "content-type": "application/json" }).end(answer);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      clean.later(() => server.close());
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }
    const traces = ["a", "b"].map((traceId) =>
      jaegerTrace(traceId, [spansOf(aDecision({ decisionId: traceId }), "ratio")]),
    );

    it("asks for the traces of a policy, and reads the decisions in them", async () => {
      const url = await serveTraces(JSON.stringify({ data: traces }));
      const { code, out, err } = await latency("--jaeger", `${url}/`, "--policy", "payments", "--json");
      // The decisions are older than what is asked for: a Jaeger would not have given them.
      assert.equal(code, 0, err);
      const { policies }: LatencyReport = JSON.parse(out);
      assert.deepEqual([policies[0]?.policy, policies[0]?.decisions], ["payments", 2]);
      assert.match(err, /whose traces were kept/);
      const [{ pathname, searchParams }] = asked as [URL];
      const { start, end, ...parameters } = Object.fromEntries(searchParams);
      assert.equal(pathname, "/api/traces");
      assert.deepEqual(parameters, {
        service: "verdict",
        operation: "verdict.v1.DecisionService/Decide",
        limit: "1500",
        tags: '{"verdict.policy":"payments"}',
      });
      assert.equal(Number(end) - Number(start), 3_600_000_000);
    });

    it("says when there may be more", async () => {
      const url = await serveTraces(JSON.stringify({ data: traces }));
      const { err } = await latency("--jaeger", url, "--limit", "2");
      assert.match(err, /^there are more than the 2 traces/);
    });

    it("says when there is nothing, no Jaeger, or something else", async () => {
      const cases: readonly (readonly [string, RegExp])[] = [
        [await serveTraces('{"data":null}'), /there are no decisions\n$/],
        [`http://127.0.0.1:${await freePort()}`, /Jaeger cannot be asked at http:.* \(.*ECONNREFUSED/],
        [await serveTraces("<html>"), /does not answer as Jaeger does \(status 200: <html>\)/],
        [await serveTraces("not found", 404), /status 404: not found/],
      ];
      for (const [url, message] of cases) {
        const { code, err } = await latency("--jaeger", url);
        assert.equal(code, 1);
        assert.match(err, message);
      }
    });
  });
});
