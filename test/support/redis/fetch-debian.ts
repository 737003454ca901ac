import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Unpacks the package of Debian, Ubuntu and the like, with the libraries that are not installed yet, into a folder. No
 * root is needed: apt-get keeps its lists and downloads in the folder too, and nothing is installed on the system.
 */
export function fetchDebian(folder: string): void {
  const state = path.join(folder, "apt");
  const packages = path.join(folder, "packages");
  for (const each of [packages, "lists/partial", "cache/archives/partial"]) {
    mkdirSync(path.resolve(state, each), { recursive: true });
  }
  const options = [`Dir::State::lists=${state}/lists`, `Dir::Cache=${state}/cache`, "APT::Sandbox::User=root"];
  const apt = (...args: readonly string[]) =>
    execFileSync("apt-get", [...options.flatMap((each) => ["-o", each]), ...args], {
      cwd: packages,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, LC_ALL: "C" },
    });
  apt("--quiet", "update");
  const planned = apt("--simulate", "--no-install-recommends", "install", "redis-server");
  const names = [...planned.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name!);
  if (names.length === 0) throw new Error("apt-get says redis-server is installed, but none is on PATH");
  apt("--quiet", "download", ...names);
  const root = path.join(folder, "debian");
  for (const file of readdirSync(packages)) execFileSync("dpkg-deb", ["-x", path.join(packages, file), root]);
  rmSync(state, { recursive: true });
  rmSync(packages, { recursive: true });
  // Started from where it is, not from where the package would be installed, it must be told of its libraries.
  writeFileSync(
    path.join(folder, "redis-server"),
    [
      "#!/bin/sh",
      `here="$(dirname "$(readlink -f "$0")")"`,
      `LD_LIBRARY_PATH="${libraryFolders(root)
        .map((each) => `$here/debian/${each}`)
        .join(":")}" exec "$here/debian/usr/bin/redis-server" "$@"`,
      "",
    ].join("\n"),
    { mode: 0o755 },
  );
}

function libraryFolders(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return [...new Set(files.filter((file) => /\.so(\.|$)/.test(file)).map((file) => path.dirname(file)))];
}
