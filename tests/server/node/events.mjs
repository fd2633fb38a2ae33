// Prints, line by line, so many changes as graphql-sse hears them.
//     node events.mjs ADDRESS TOKEN COUNT [AFTER]
import { createClient } from "graphql-sse";

const [url, token, count, after] = process.argv.slice(2);
const client = createClient({ url, headers: { Authorization: `Bearer ${token}` }, retryAttempts: 0 });
const query = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind } }";
let left = Number(count);
for await (const result of client.iterate({ query, variables: { after: after ?? null } })) {
  console.log(JSON.stringify(result));
  if (--left === 0) break;
}
client.dispose();
