import { tableLoadCommand } from "./table-load.ts";
await tableLoadCommand({describe: () => ({key:["customer_id"], columns:{n:"integer"}}), dataDir:"/tmp/tl/cli"}).parseAsync();
