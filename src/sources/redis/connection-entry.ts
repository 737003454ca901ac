import Type from "typebox";
import { type TlsFiles, TlsSchema } from "../credentials.ts";

/** Where a Redis is: a URL, or an object for what a URL cannot say. Texts are templates of variables: `${REDIS_URL}`. */
export type ConnectionEntry = string | UrlConnection | SentinelConnection | ClusterConnection;

interface UrlConnection {
  readonly url: string;
  readonly tls?: TlsFiles;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
}

interface SentinelConnection extends Credentials {
  readonly sentinels: readonly string[];
  readonly name: string;
  readonly db?: number;
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
}

interface ClusterConnection extends Credentials {
  readonly nodes: readonly string[];
}

/** Of entries that give none. */
export const defaultConnection = "${REDIS_URL}";

const closed = { additionalProperties: false } as const;
const Text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const Tls = Type.Optional(TlsSchema);
const Addresses = (what: string, port: number) =>
  Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: `${what}, each host:port; port ${port} may be left out; a variable may hold several with commas between`,
  });
const credentials = { username: Text("of an ACL user"), password: Text("such as ${REDIS_PASSWORD}"), tls: Tls };

export const ConnectionSchema = Type.Union(
  [
    Type.String({ minLength: 1, examples: ["${REDIS_URL}", "rediss://features.example:6379/0"] }),
    Type.Object({ url: Type.String({ minLength: 1 }), tls: Tls }, { ...closed, description: "one server" }),
    Type.Object(
      {
        sentinels: Addresses("the sentinels", 26_379),
        name: Type.String({ minLength: 1, description: "by which they know the master" }),
        db: Type.Optional(Type.Integer({ minimum: 0, description: "the database; default 0" })),
        ...credentials,
        sentinelUsername: Text("if the sentinels ask for one"),
        sentinelPassword: Text("if the sentinels ask for one"),
      },
      { ...closed, description: "a master that sentinels watch" },
    ),
    Type.Object(
      { nodes: Addresses("some nodes of the cluster", 6379), ...credentials },
      { ...closed, description: "a Redis Cluster" },
    ),
  ],
  {
    description:
      "where the Redis is: redis://[user:password@]host[:port][/database] (rediss:// for TLS), or sentinels, or the nodes of a cluster; default ${REDIS_URL}",
  },
);
