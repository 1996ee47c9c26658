// What somebody writes who has the client in TypeScript: `node ask.js ADDRESS`, after `tsc` has read it.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

function sure(holds: boolean, said: unknown): asserts holds {
  if (!holds) throw new Error(JSON.stringify(said));
}

declare const process: { argv: string[] };
const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

const systems = await client.GET("/api/systems");
sure(systems.data?.some((one) => one.name === "lstm") === true, systems.data);
sure(systems.response.headers.get("API-Version") === "1", "the version");

const trace = await client.GET("/api/trace", { params: { query: { system: "rnn-regression", tau: 2, lr: 0.5 } } });
sure(trace.data !== undefined && typeof trace.data.loss === "number", trace.error);
const states: components["schemas"]["Numbers"] | undefined = trace.data.values["h"];
sure(Array.isArray(states) && states.length === 2, states);

const own = { equations: "s[t] = a * s[t-1] + x[t]", of: "s[2]", params: { a: 0.5 }, inputs: { x: [[1], [2]] } };
const posted = await client.POST("/api/trace", { body: own });
sure(JSON.stringify(posted.data?.values["s"]) === "[[1],[2.5]]", posted);

const figure = await client.GET("/figure.svg", { params: { query: { tau: 2, theme: "dark" } }, parseAs: "text" });
sure(figure.data?.startsWith("<svg") === true, figure.error);

const refused = await client.GET("/api/graph", { params: { query: { tau: 0 } } });
sure(refused.error?.errors[0]?.field === "tau", refused);

// @ts-expect-error: a number is no text.
await client.GET("/api/graph", { params: { query: { lr: "fast" } } });
// @ts-expect-error: there is no such theme.
await client.GET("/api/graph", { params: { query: { theme: "pink" } } });
// @ts-expect-error: an answer has no such field.
void trace.data.lost;
