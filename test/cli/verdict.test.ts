import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { startEngine } from "../support/engine.ts";
import { fixtureFlags, fixtures } from "../support/fixtures.ts";
import { type Ran, runVerdict } from "../support/run-verdict.ts";

const commands = ["serve", "decide", "policy", "demo", "table", "latency"];
const event = JSON.stringify({ customer_id: "alice", amount: 1500, terminal: { id: "t1" } });

describe("verdict", () => {
  const clean = cleanUp();
  let folder: string;
  beforeEach(async () => {
    folder = await clean.folder();
  });

  describe("help", () => {
    it("lists every command and every exit code", async () => {
      const { code, out, err } = await runVerdict(["--help"]);
      assert.deepEqual([code, err], [0, ""]);
      for (const command of commands) assert.match(out, new RegExp(`^  ${command}\\b`, "m"));
      assert.match(out, /Exit codes: 0 ok, 1 failure in running, 2 usage, 3 a document does not load, 4 tests fail\./);
    });

    const helps: Readonly<Record<string, readonly string[]>> = {
      serve: ["--policies", "--models", "--data", "--grpc", "--http", "--log-level", "--timings"],
      decide: ["--policy", "--event", "--request-id", "--at", "--server", "--explain", "--dry-run", "--json"],
      policy: ["check", "test", "lint", "explain", "diff", "schema"],
      "policy check": ["--policies", "--models", "--json"],
      "policy test": ["--policies", "--models", "--json"],
      "policy lint": ["--strict", "--sarif", "--sources", "--json"],
      "policy explain": ["--json"],
      "policy diff": ["--exit-code", "--json"],
      "policy schema": ["--policies", "--check", "--watch"],
      demo: ["--transactions", "--seed"],
      latency: ["--jaeger", "--policy", "--since", "--cache-hit", "--json"],
      table: ["load"],
      "table load": ["--key", "--format", "--types", "--allow-empty", "--json"],
    };
    it("of each command names all it takes", async () => {
      const ran = Object.entries(helps).map(async ([command, expected]) => {
        const { code, out, err } = await runVerdict([...command.split(" "), "--help"]);
        assert.deepEqual([code, err], [0, ""], command);
        assert.match(out, new RegExp(`^Usage: verdict ${command}\\b`), command);
        for (const each of expected) assert.ok(out.includes(each), `${command} does not name ${each}`);
      });
      await Promise.all(ran);
    });
  });

  describe("wrong usage ends with 2 and says what is wrong", () => {
    const wrong: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
      { args: ["decied"], says: /unknown command 'decied'\n\(Did you mean decide\?\)/ },
      { args: ["decide", "--event", "-"], says: /required option '--policy <id>' not specified/ },
      { args: ["serve", "--port", "1"], says: /unknown option '--port'/ },
      { args: ["table", "load"], says: /missing required argument 'name'/ },
      { args: ["policy", "test", "payment", ...fixtureFlags], says: /there is no policy payment; known: payments\n/ },
      {
        args: ["decide", "--policy", "payments", "--event", "-", "--at", "noon"],
        says: /--at noon is not a time; write it as 2026-11-01T10:00:00Z/,
      },
      { args: ["decide", "--policy", "payments", "--event", "-"], says: /standard input is not JSON: / },
    ];
    let runs: readonly Promise<Ran>[] = [];
    before(() => {
      runs = wrong.map(({ args }) => runVerdict(args));
    });
    for (const [at, { args, says }] of wrong.entries()) {
      it(args.filter((arg) => !path.isAbsolute(arg)).join(" "), async () => {
        const { code, out, err } = await runs[at]!;
        assert.match(err, says);
        assert.deepEqual([code, out], [2, ""]);
        assert.doesNotMatch(err, /^\s+at /m);
      });
    }
  });

  it("names every wrong flag, setting and line of the file at once, and ends with 3", async () => {
    await writeFile(path.join(folder, "verdict.json"), '{\n  "drainMs": -1\n}\n');
    const { code, err } = await runVerdict(["serve", "--grpc", "50051", "--log-level", "loud"], {
      cwd: folder,
      environment: { VERDICT_MAX_IN_FLIGHT: "many" },
    });
    assert.equal(code, 3);
    assert.match(err, /^verdict\.json:2:3 \$\.drainMs: /m);
    assert.match(err, /^the environment VERDICT_MAX_IN_FLIGHT: /m);
    assert.match(err, /^the command line --grpc: /m);
    assert.match(err, /^the command line --log-level: /m);
  });

  describe("decide", () => {
    const decide = ["decide", "--policy", "payments", "--event", "-", "--at", "2026-01-07T12:00:00Z"];

    it("decides in this process, and shows the outcome with its reasons", async () => {
      const { code, out, err } = await runVerdict(
        [...decide, ...fixtureFlags, "--data", folder, "--log-level", "error"],
        {
          stdin: event,
        },
      );
      assert.equal(code, 0, err);
      assert.match(
        out,
        /^decline {2}\(payments, degraded, [\d.]+ ms\)\n {2}R01 {2}A large part of the day's spending {2}\[large\]\n/,
      );
      assert.match(out, /^rule {5}large: fired$/m);
      assert.match(out, /^source {3}customer_spend \(aggregate\): ok, /m);
      assert.match(out, /^trace {4}[0-9a-f]{32}$/m);
    });

    it("asks a running engine, from a file, and prints JSON", async () => {
      const { grpcAddress, client } = await startEngine(clean);
      const file = path.join(folder, "event.json");
      await writeFile(file, event);
      const args = ["decide", "--policy", "payments", "--event", file, "--server", grpcAddress, "--request-id", "r1"];
      const { code, out, err } = await runVerdict([...args, "--explain", "--json"]);
      assert.deepEqual([code, err], [0, ""]);
      const answer = JSON.parse(out);
      assert.deepEqual([answer.request_id, answer.outcome, answer.rules.length], ["r1", "decline", 3]);
      assert.equal(answer.explanation.features.amount.value, 1500);
      const again = await client.recordEvents([{ request_id: "r1", policy: "payments", event: answer.event ?? {} }]);
      assert.equal(again.rejected, 1);
    });

    it("says why an engine refused, and ends with 1", async () => {
      const { grpcAddress } = await startEngine(clean);
      const { code, out, err } = await runVerdict([...decide, "--server", grpcAddress], { stdin: '{"amount":"x"}' });
      assert.deepEqual([code, out], [1, ""]);
      assert.equal(
        err,
        "INVALID_ARGUMENT BAD_EVENT: event.amount must be a finite number, but is a string; event.customer_id is required (a string), but is missing\n",
      );
    });

    it("says that no engine is there, and ends with 1", async () => {
      const { code, err } = await runVerdict([...decide, "--server", "127.0.0.1:1"], { stdin: event });
      assert.equal(code, 1);
      assert.match(err, /^UNAVAILABLE: .*127\.0\.0\.1:1/);
    });

    it("says that the event's file cannot be read, and ends with 1", async () => {
      const { code, err } = await runVerdict([
        "decide",
        "--policy",
        "payments",
        "--event",
        "none.json",
        "--server",
        "x:1",
      ]);
      assert.deepEqual([code, err], [1, "ENOENT: no such file or directory, open 'none.json'\n"]);
    });
  });

  describe("serve", () => {
    it("says that its address is taken, and ends with 1", async () => {
      const { grpcAddress } = await startEngine(clean);
      const flags = [...fixtureFlags, "--data", folder, "--http", "127.0.0.1:0"];
      const { code, err } = await runVerdict(["serve", ...flags, "--grpc", grpcAddress]);
      assert.equal(code, 1);
      assert.match(
        err,
        new RegExp(`cannot listen on ${grpcAddress}: .*; choose another address with --grpc or VERDICT_GRPC_ADDRESS`),
      );
    });
  });

  describe("policy", () => {
    it("check says what each policy needs, also as JSON", async () => {
      const { code, out } = await runVerdict(["policy", "check", ...fixtureFlags]);
      assert.equal(code, 0);
      assert.match(
        out,
        /^payments: 3 rules, 11 features from \w+, \w+, \w+; models none\nall good; bundle [0-9a-f]{64}\n$/,
      );
      const asJson = await runVerdict(["policy", "check", "--json", ...fixtureFlags]);
      const { digest, policies } = JSON.parse(asJson.out);
      assert.match(digest, /^[0-9a-f]{64}$/);
      assert.deepEqual(
        policies.map(({ sources, ...policy }: { sources: string[] }) => ({ ...policy, sources: sources.toSorted() })),
        [
          {
            id: "payments",
            rules: 3,
            tests: 2,
            features: 11,
            sources: ["customer_spend", "customers", "terminal_activity"],
            models: [],
          },
        ],
      );
    });

    it("check ends with 3 when a document does not load", async () => {
      await writeFile(path.join(folder, "features.json"), "{}");
      const { code, err } = await runVerdict(["policy", "check", "--policies", folder, "--models", folder]);
      assert.equal(code, 3);
      assert.match(err, /features\.json:1:1 \$/);
    });

    it("test ends with 0 when all tests pass, and with 4 when one fails", async () => {
      const good = await runVerdict(["policy", "test", ...fixtureFlags]);
      assert.deepEqual([good.code, good.out.split("\n").at(-2)], [0, "2 passed, 0 failed"]);

      await cp(fixtures.policiesDir, folder, { recursive: true });
      const failing = {
        id: "failing",
        outcomes: ["decline", "approve"],
        default: "approve",
        rules: [],
        tests: [{ name: "declines", given: {}, expect: { outcome: "decline" } }],
      };
      await writeFile(path.join(folder, "failing.json"), JSON.stringify(failing));
      const flags = ["--policies", folder, "--models", folder];
      const bad = await runVerdict(["policy", "test", "failing", ...flags]);
      assert.deepEqual(bad, {
        code: 4,
        out: [
          "FAIL failing: declines",
          "",
          "FAIL failing: declines",
          `     ${path.relative(process.cwd(), path.join(folder, "failing.json"))}:1`,
          "     outcome: expected decline, got approve: nothing asked for another than the default",
          "",
          "0 passed, 1 failed\n",
        ].join("\n"),
        err: "",
      });
      const asJson = await runVerdict(["policy", "test", "--json", ...flags]);
      assert.equal(asJson.code, 4);
      const { passed, failed } = JSON.parse(asJson.out);
      assert.deepEqual({ passed, failed }, { passed: 2, failed: 1 });
    });
  });
});
