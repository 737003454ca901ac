import { fileURLToPath } from "node:url";

/** Where the protos of the services on the stage lie. */
export const protosDir = fileURLToPath(new URL("protos", import.meta.url));
