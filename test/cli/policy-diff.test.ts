import assert from "node:assert/strict";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { fixtures } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";

const diff = (...args: readonly string[]) => runVerdict(["policy", "diff", ...args]);
const before = path.join(fixtures.policiesDir, "payments.json");

describe("verdict policy diff", () => {
  const clean = cleanUp();
  let folder: string;
  let after: string;
  beforeEach(async () => {
    folder = await clean.folder();
    await cp(fixtures.policiesDir, folder, { recursive: true });
    after = path.join(folder, "payments.json");
  });

  /** Changes the copy of the fixtures' policy. */
  async function change(edit: (policy: { default: string; rules: { name: string; conditions: object }[] }) => void) {
    const policy = JSON.parse(await readFile(after, "utf8"));
    edit(policy);
    await writeFile(after, JSON.stringify(policy));
  }

  const edited = () =>
    change((policy) => {
      policy.default = "review";
      policy.rules[0]!.conditions = { all: [{ fact: "amount", operator: "greaterThan", value: 500 }] };
      policy.rules[1]!.name = "night";
      policy.rules.reverse();
    });
  const sentence = 'In shadow, changing nothing: reviews (R02) when is_night is true and home_country is not "FR".';

  it("prints what a change means", async () => {
    await edited();
    const { code, out, err } = await diff(before, after);
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(
      out,
      `payments: rules: 1 added, 1 removed, 1 changed; settings: 1 changed
  default: approve → review
  + night: ${sentence}
  - abroad-at-night: ${sentence}
  ~ large
      conditions:
        - amount is over 1000 and share_of_day is over 0.5
        + amount is over 500
`,
    );
  });

  it("prints the same as JSON", async () => {
    await edited();
    assert.deepEqual(JSON.parse((await diff(before, after, "--json")).out).policies, [
      {
        policy: "payments",
        status: "changed",
        diff: {
          settings: [{ what: "default", before: "approve", after: "review" }],
          added: [{ name: "night", sentence }],
          removed: [{ name: "abroad-at-night", sentence }],
          changed: [
            {
              name: "large",
              changes: [
                {
                  what: "conditions",
                  before: "amount is over 1000 and share_of_day is over 0.5",
                  after: "amount is over 500",
                },
              ],
            },
          ],
        },
      },
    ]);
  });

  it("ends with 1 only where asked to, and only where something differs", async () => {
    await change(({ rules }) => rules.reverse());
    const same = await diff(before, after, "--exit-code");
    assert.deepEqual([same.code, same.out], [0, "payments: no difference in meaning\n"]);
    await edited();
    assert.equal((await diff(before, after, "--exit-code")).code, 1);
  });

  it("compares folders, catalogues left out", async () => {
    await cp(after, path.join(folder, "cards.json"));
    await writeFile(path.join(folder, "cards.json"), (await readFile(after, "utf8")).replace('"payments"', '"cards"'));
    const there = await diff("--base", fixtures.policiesDir, "--policies", folder, "--exit-code");
    assert.deepEqual([there.code, there.out], [1, "cards: the policy was added\npayments: no difference in meaning\n"]);
    await rm(after);
    const back = await diff("--base", folder, "--policies", fixtures.policiesDir);
    assert.equal(back.out, "cards: the policy was removed\npayments: the policy was added\n");
  });

  it("ends with 3 where a side cannot be read or understood", async () => {
    await writeFile(after, "{}");
    const ran = await Promise.all([diff(before, after), diff(before, `${after}.no`), diff("--base", `${folder}/no`)]);
    assert.deepEqual(
      ran.map(({ code, out }) => [code, out]),
      [
        [3, ""],
        [3, ""],
        [3, ""],
      ],
    );
    assert.match(ran[0]!.err, /the property "id" is missing/);
    assert.match(ran[1]!.err, /payments\.json\.no \$: cannot be read \(ENOENT\)/);
  });

  it("ends with 2 where it does not know what to compare", async () => {
    const ran = await Promise.all([diff(before), diff(before, after, "--base", folder)]);
    assert.deepEqual(
      ran.map(({ code }) => code),
      [2, 2],
    );
    assert.match(ran[0]!.err, /give two files, or --base <folder>/);
    assert.match(ran[1]!.err, /give two files or --base, not both/);
  });
});
