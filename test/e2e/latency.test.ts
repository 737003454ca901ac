import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LatencyReport } from "../../src/latency/report.ts";
import type { DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import { cleanUp } from "../support/clean-up.ts";
import { startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";

/** How long each service takes, milliseconds. */
const services: Readonly<Record<string, number>> = { issuer: 40, device: 5, address: 10 };
const decisions = 12;

describe("an engine that writes timings", () => {
  const clean = cleanUp();

  async function startService(ms: number): Promise<string> {
    const server = createServer(async (_, response) => {
      await sleep(ms);
      response.writeHead(200, { "content-type": "application/json" }).end('{"risk":0.25}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    clean.later(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** The fixture's documents with a rule over each service. @returns their folder, and where the services are. */
  async function documents(): Promise<{ policiesDir: string; environment: Record<string, string> }> {
    const policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    const [catalogueFile, policyFile] = ["features.json", "payments.json"].map((name) => path.join(policiesDir, name));
    const catalogue = JSON.parse(await readFile(catalogueFile!, "utf8"));
    const policy = JSON.parse(await readFile(policyFile!, "utf8"));
    const environment: Record<string, string> = {};
    delete policy.tests;
    policy.settle = "complete";
    policy.deadlineMs = 10_000;
    for (const [name, ms] of Object.entries(services)) {
      environment[name.toUpperCase()] = await startService(ms);
      const url = `\${${name.toUpperCase()}}/{customer_id}`;
      catalogue.sources[name] = { kind: "http", url, timeoutMs: 5000 };
      catalogue.features[`${name}_risk`] = { from: name, path: "risk", type: "double" };
      policy.rules.push({
        name: `risky-${name}`,
        conditions: { all: [{ fact: `${name}_risk`, operator: "greaterThan", value: 0.9 }] },
        event: { type: policy.outcomes[0] },
      });
    }
    await writeFile(catalogueFile!, JSON.stringify(catalogue));
    await writeFile(policyFile!, JSON.stringify(policy));
    return { policiesDir, environment };
  }

  it("has written every decision when it has stopped, and they blame the source that was slow", async () => {
    const { policiesDir, environment } = await documents();
    const timingsFile = path.join(await clean.folder(), "timings.jsonl");
    const engine = await startEngine(clean, { policiesDir, timingsFile }, environment);
    const secret = { customer_id: "SECRET" };
    const answers: DecideResponse__Output[] = [];
    for (let at = 0; at < decisions; at += 1) answers.push(await engine.client.decide(payment(`r${at}`, secret)));
    await engine.stop();
    assert.doesNotMatch(await readFile(timingsFile, "utf8"), /SECRET/);

    const { code, out, err } = await runVerdict(["latency", "--json", timingsFile]);
    assert.deepEqual([code, err], [0, ""]);
    const { policies }: LatencyReport = JSON.parse(out);
    assert.deepEqual(
      policies.map((policy) => policy.decisions),
      [decisions],
    );
    const [{ steps, p50Ms, totalMs }] = policies as [LatencyReport["policies"][number]];
    const [worst] = steps as [(typeof steps)[number]];
    assert.deepEqual([worst.name, worst.runs, worst.criticalShare], ["issuer", decisions, 1]);
    assert.ok(worst.whatIf.instant!.p50Ms < p50Ms - 10 && worst.whatIf.dropped!.p50Ms < p50Ms - 10);
    // What the answers said of the same decisions, rounded to microseconds.
    const told = (of: "contribution_ms" | "sole_ms") =>
      answers
        .flatMap(({ sources }) => sources.filter(({ name }) => name === "issuer"))
        .reduce((sum, each) => sum + each[of], 0);
    assert.ok(Math.abs(worst.contributionMs - told("contribution_ms")) < 0.01 * decisions);
    assert.ok(Math.abs(worst.soleMs - told("sole_ms")) < 0.01 * decisions);
    assert.ok(Math.abs(totalMs - answers.reduce((sum, { elapsed_ms }) => sum + elapsed_ms, 0)) < 0.01 * decisions);
    assert.ok(worst.soleMs > 0);
  });

  it("decides as ever when they cannot be written", async () => {
    const timingsFile = path.join(await clean.folder(), "none/timings.jsonl");
    const engine = await startEngine(clean, { timingsFile });
    assert.equal((await engine.client.decide(payment("r1"))).outcome, "approve");
    await engine.stop();
    assert.match((await engine.engine.metrics.render()).text, /^verdict_dropped_total\{what="timings"\} 1$/m);
  });
});
