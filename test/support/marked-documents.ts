import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

interface Documents {
  readonly catalogue: { readonly features: Record<string, unknown> };
  readonly policy: {
    readonly rules: object[];
    readonly tests?: object[];
    readonly reasons?: Readonly<Record<string, unknown>>;
    readonly [name: string]: unknown;
  };
}

/** A way to break documents, and how the engine tells it. */
interface Breakage {
  readonly name: string;
  /** The file that is told, and what is said of it. */
  readonly told: { readonly file: string; readonly message: RegExp };
}

/** Documents that are written again and again; every decision by a version carries its mark. */
export interface MarkedDocuments {
  /** Each good version has another digest; `mark` is the code of a reason that every decision by it gives. */
  write(version: number): Promise<{ readonly mark: string }>;
  writeBroken(version: number): Promise<Breakage>;
}

/**
 * Copies policies into a folder and writes versions of one of them. The mark needs both documents: the catalogue has a
 * feature with the version's number, the policy a rule that asks for it, so documents of two versions never fit.
 */
export async function markedDocuments(from: string, policiesDir: string, policyId: string): Promise<MarkedDocuments> {
  await cp(from, policiesDir, { recursive: true });
  const files = { policy: `${policyId}.json`, catalogue: "features.json" };
  const at = (name: string) => path.join(policiesDir, name);
  const parse = async (name: string) => JSON.parse(await readFile(at(name), "utf8")) as unknown;
  const plain = { policy: await parse(files.policy), catalogue: await parse(files.catalogue) } as Documents;

  /** Odd versions are written in place, even ones by renaming a new file over the old, as editors do. */
  async function save(name: string, text: string, version: number): Promise<void> {
    if (version % 2 === 1) return await writeFile(at(name), text);
    await writeFile(at(`${name}.tmp`), text);
    await rename(at(`${name}.tmp`), at(name));
  }

  async function write({ policy, catalogue }: Documents, version: number): Promise<void> {
    await save(files.catalogue, JSON.stringify(catalogue, undefined, 2), version);
    await save(files.policy, JSON.stringify(policy, undefined, 2), version);
  }

  const breakages: readonly { name: string; in: string; message: RegExp; write(version: number): Promise<void> }[] = [
    {
      name: "no JSON",
      in: files.policy,
      message: /not valid JSON/,
      write: (version) => save(files.policy, `${JSON.stringify(marked(plain, version).policy)},`, version),
    },
    {
      name: "half written",
      in: files.policy,
      message: /not valid JSON/,
      async write(version) {
        const text = JSON.stringify(marked(plain, version).policy);
        await save(files.policy, text.slice(0, text.length / 2), version);
      },
    },
    {
      name: "an unknown feature",
      in: files.policy,
      message: /there is no feature "no_such_feature"/,
      write: (version) => write(withRule(version, { fact: "no_such_feature", operator: "equal", value: 1 }), version),
    },
    {
      name: "an unknown operator",
      in: files.policy,
      message: /noSuchOperator/,
      write: (version) => write(withRule(version, { fact: "amount", operator: "noSuchOperator", value: 1 }), version),
    },
    {
      name: "a failing test",
      in: files.policy,
      message: /the test "of what is not so" fails: notFired: mark fired/,
      write: (version) =>
        write(withTest(version, { name: "of what is not so", given: {}, expect: { notFired: ["mark"] } }), version),
    },
    { name: "no catalogue", in: files.catalogue, message: /is missing/, write: () => rm(at(files.catalogue)) },
    {
      name: "a wrong type",
      in: files.policy,
      message: /deadlineMs|integer|number/,
      write(version) {
        const { policy, catalogue } = marked(plain, version);
        return write({ catalogue, policy: { ...policy, deadlineMs: "soon" } }, version);
      },
    },
    {
      name: "documents of two versions",
      in: files.policy,
      message: /the test "the mark" fails/,
      write: (version) =>
        write({ policy: marked(plain, version).policy, catalogue: marked(plain, -version).catalogue }, version),
    },
  ];

  function withRule(version: number, condition: object): Documents {
    const { policy, catalogue } = marked(plain, version);
    const rule = { name: "broken", conditions: { all: [condition] }, event: { type: "points", params: { points: 1 } } };
    return { catalogue, policy: { ...policy, rules: [...policy.rules, rule] } };
  }

  function withTest(version: number, test: object): Documents {
    const { policy, catalogue } = marked(plain, version);
    return { catalogue, policy: { ...policy, tests: [...(policy.tests ?? []), test] } };
  }

  return {
    async write(version) {
      await write(marked(plain, version), version);
      return { mark: markOf(version) };
    },
    async writeBroken(version) {
      const { name, in: file, message, write } = breakages[version % breakages.length]!;
      await write(version);
      return { name, told: { file: `policies/${file}`, message } };
    },
  };
}

const markOf = (version: number) => `V${version}`;

/** The codes among a decision's reasons that are marks. */
export function marksAmong(reasons: readonly { readonly code: string }[]): string[] {
  return reasons.map(({ code }) => code).filter((code) => /^V-?\d+$/.test(code));
}

function marked({ policy, catalogue }: Documents, version: number): Documents {
  const mark = markOf(version);
  const rule = {
    name: "mark",
    conditions: { all: [{ fact: "version_mark", operator: "equal", value: version }] },
    event: { type: "points", params: { points: 0, reason: mark } },
  };
  return {
    catalogue: {
      ...catalogue,
      features: { ...catalogue.features, version_mark: { expr: `${version}`, type: "integer" } },
    },
    policy: {
      ...policy,
      rules: [...policy.rules, rule],
      reasons: { ...policy.reasons, [mark]: { internal: "The version of the documents" } },
      tests: [...(policy.tests ?? []), { name: "the mark", given: {}, expect: { reasons: [mark] } }],
    },
  };
}
