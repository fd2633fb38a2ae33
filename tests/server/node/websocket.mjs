// Prints, line by line, so many changes as graphql-ws hears them.
//     node websocket.mjs ADDRESS TOKEN COUNT [AFTER]
import { createClient } from "graphql-ws";

const [url, token, count, after] = process.argv.slice(2);
const client = createClient({ url, connectionParams: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });
const query = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind } }";
let left = Number(count);
for await (const result of client.iterate({ query, variables: { after: after ?? null } })) {
  console.log(JSON.stringify(result));
  if (--left === 0) break;
}
await client.dispose();
