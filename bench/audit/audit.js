// The 61 published audits of GraphQL over HTTP (npm graphql-http), against the server at the URL given.
// Ends with 1 when one of them is not "ok".
const { auditServer } = require("graphql-http");

const url = process.argv[2] ?? "http://127.0.0.1:8000/graphql";

auditServer({ url, fetchFn: fetch }).then((results) => {
  const failed = results.filter(({ status }) => status !== "ok");
  for (const { id, status, name, reason } of failed) console.log(`${id} ${status}: ${name}\n    ${reason}`);
  console.log(`${results.length - failed.length}/${results.length} audits of ${url}`);
  process.exit(failed.length === 0 ? 0 : 1);
});
