// Server-sent events, read from text that comes in pieces.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createEventReader, readBody } from "../../static/js/core/event-stream.mjs";

const STREAM = 'retry: 100\n\n: nothing new\n\nevent: waiting\ndata: {"before":2}\n\ndata:{"é":"a: b"}\nid: 7\n\ndata: one\ndata: two\n\n';
const EVENTS = [["retry", "100"], ["waiting", '{"before":2}'], ["id", "7"], ["message", '{"é":"a: b"}'], ["message", "one\ntwo"]];

test("events are the same wherever the text is cut", async () => {
  const bytes = new TextEncoder().encode(`${STREAM}data: not whole`);
  for (let size = 1; size <= bytes.length; size += 1) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
    const found = [];
    const read = createEventReader((...event) => found.push(event), (...noted) => found.push(noted));
    await readBody(ReadableStream.from(pieces), read);
    assert.deepEqual(found, EVENTS);
  }
});
