/** What OpenSSL says, and what it means to who runs the engine. */
const problems: readonly (readonly [said: RegExp, message: string])[] = [
  [
    /self.signed certificate|unable to (verify|get local issuer|get issuer)/i,
    "its certificate is of no trusted authority; name the authority's file in tls.ca",
  ],
  [/certificate has expired/i, "its certificate has expired; it needs a new one"],
  [/does not match certificate|altnames/i, "its certificate is for another name; check its address"],
  [/wrong version number|packet length too long/i, "it does not speak TLS; check that the source should"],
  [
    /alert (certificate required|handshake failure|unknown ca|bad certificate)/i,
    "it wants a certificate that it trusts; give cert and key in tls",
  ],
];

/** What is wrong with a server's TLS, by the message of the failed connection; undefined if it is something else. */
export function tlsProblem(said: string): string | undefined {
  return problems.find(([pattern]) => pattern.test(said))?.[1];
}
