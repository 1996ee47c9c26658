// The way of the cursor for the link that is open: its steps, and the panel of each, fetched many at a time.

import { walk } from "./cursor.mjs";
import { encode } from "../core/link.mjs";

/**
 * `open(data)` begins anew with what the page says of its link; `panel(here)` is a promise of {said, html, window}, the
 * last of which says what steps the figure shows there; `figure(here)` is a promise of that figure.
 */
export function createSteps(fetcher = (...args) => fetch(...args)) {
  let query = "";
  let steps = [];
  let chunk = 1;
  let chunks = new Map();
  let numbers = null;
  let cards = null;
  let arrays = new Map();

  async function whole(what) {
    const response = await fetcher(`/api/${what}${query && `?${query}`}`);
    if (!response.ok) throw new Error(`${what} could not be had: ${response.status}`);
    return response.json();
  }

  async function had(path, asked, kind) {
    const response = await fetcher([path, asked.filter(Boolean).join("&")].join("?"), { headers: { Accept: kind } });
    if (!response.ok) throw new Error(`${path} could not be had: ${response.status}`);
    return response;
  }

  async function load(number) {
    const response = await had("/api/steps", [query, `first=${number * chunk}`], "application/json");
    return (await response.json()).panels;
  }

  function chunkOf(number) {
    const kept = chunks;
    if (!kept.has(number)) {
      const loading = load(number);
      loading.catch(() => kept.delete(number));
      kept.set(number, loading);
    }
    return kept.get(number);
  }

  return {
    open(data) {
      query = data.query;
      chunk = data.chunk;
      steps = walk(data.forward, data.backward);
      chunks = new Map();
      numbers = null;
      cards = null;
      arrays = new Map();
    },
    /** A promise of every number, asked for once. */
    numbers() {
      numbers ??= whole("trace");
      numbers.catch(() => (numbers = null));
      return numbers;
    },
    /** A promise of a card for each parameter, asked for once. */
    letters() {
      cards ??= whole("letters");
      cards.catch(() => (cards = null));
      return cards;
    },
    /** A promise of all entries of one array as text, asked for once. */
    whole(name) {
      const kept = arrays;
      if (!kept.has(name)) {
        const coming = had("/api/whole", [query, `name=${encode(name)}`], "text/plain").then((answer) => answer.text());
        coming.catch(() => kept.delete(name));
        kept.set(name, coming);
      }
      return kept.get(name);
    },
    /** A promise of the page with the table of all numbers. */
    async table() {
      return (await had("/numbers", [query], "text/html")).text();
    },
    get all() {
      return steps;
    },
    get query() {
      return query;
    },
    async figure(here) {
      const place = Object.entries(steps[here - 1] ?? {}).map(([name, value]) => `${name}=${encode(value)}`);
      return (await had("/api/figure", [query, ...place], "text/html")).text();
    },
    /** The panel of a step; those that come next are fetched meanwhile. */
    async panel(here) {
      const [now, next] = [Math.floor(here / chunk), Math.floor(Math.min(here + chunk / 2, steps.length) / chunk)];
      const panels = chunkOf(now);
      if (next !== now) chunkOf(next).catch(() => {});
      return (await panels)[here - now * chunk];
    },
  };
}
