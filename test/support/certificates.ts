import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CleanUp } from "./clean-up.ts";

/** PEM files of one certificate. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface Certificates {
  /** Of an authority of the test, which signed the next two. */
  readonly ca: Certificate;
  /** For localhost and 127.0.0.1. */
  readonly server: Certificate;
  readonly client: Certificate;
  /** For localhost too, but signed by itself. */
  readonly selfSigned: Certificate;
}

const forLocalhost = "subjectAltName=DNS:localhost,IP:127.0.0.1";

/** Makes certificates with openssl; undefined if the machine has none. */
export async function makeCertificates(clean: CleanUp): Promise<Certificates | undefined> {
  const folder = await clean.folder();
  const at = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const signedByItself = (name: string, extension: string) =>
    openssl(
      ...["req", "-x509", ...newKey, "-days", "2", "-subj", `/CN=${name}`, "-addext", extension],
      ...["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)],
    );
  const signedByCa = (name: string) => {
    openssl(...["req", ...newKey, "-subj", `/CN=${name}`, "-keyout", at(`${name}.key`), "-out", at(`${name}.csr`)]);
    writeFileSync(at("extensions"), forLocalhost);
    const ca = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial"];
    openssl(
      ...["x509", "-req", "-in", at(`${name}.csr`), ...ca, "-days", "2", "-extfile", at("extensions")],
      "-out",
      at(`${name}.pem`),
    );
  };
  try {
    openssl("version");
  } catch {
    return undefined;
  }
  signedByItself("ca", "keyUsage=keyCertSign");
  signedByItself("self", forLocalhost);
  for (const name of ["server", "client"]) signedByCa(name);
  const read = (name: string): Certificate => {
    const [certFile, keyFile] = [at(`${name}.pem`), at(`${name}.key`)];
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) };
  };
  return { ca: read("ca"), server: read("server"), client: read("client"), selfSigned: read("self") };
}
