// What the server says of the link that is open: its steps, panels, figures and numbers. Panels come many at a time, so
// that stepping does not wait for the network.

import { encode } from "../core/link.mjs";
import { rooted } from "../core/root-path.mjs";
import { stepsOf } from "./cursor.mjs";

/** How many figures of a long run are kept: the next one is there before the cursor. */
const FIGURES = 3;

/** Promises by name, each made once, the `most` latest of them; one that fails is forgotten, so that the next call asks again. */
class Answers {
  #kept = new Map();

  constructor(most = Infinity) {
    this.most = most;
  }

  once(name, ask) {
    if (!this.#kept.has(name)) {
      const coming = ask();
      coming.catch(() => this.#kept.delete(name));
      this.#kept.set(name, coming);
      if (this.#kept.size > this.most) this.#kept.delete(this.#kept.keys().next().value);
    }
    return this.#kept.get(name);
  }
}

/** One link at a time: `open(data)` begins anew with what the page says of another link. */
export class OpenLink {
  #fetcher;
  #query = "";
  #steps = [];
  #chunk = 1;
  #answers = new Answers();
  #figures = new Answers(FIGURES);

  constructor(fetcher = (address, ...more) => fetch(rooted(address), ...more)) {
    this.#fetcher = fetcher;
  }

  open(data) {
    this.#query = data.query;
    this.#chunk = data.chunk;
    this.#steps = stepsOf(data);
    this.#answers = new Answers();
    this.#figures = new Answers(FIGURES);
  }

  get steps() {
    return this.#steps;
  }

  get query() {
    return this.#query;
  }

  /** The link without the steps that its figure shows: of numbers they would be those that are told. */
  get whole() {
    return this.#query.split("&").filter((pair) => !pair.startsWith("window=")).join("&");
  }

  /** A promise of every number. */
  numbers() {
    return this.#answers.once("numbers", async () => (await this.#ask("/api/trace", "application/json", [this.whole])).json());
  }

  /** A promise of a card for each parameter, as HTML. */
  parameterCards() {
    return this.#answers.once("cards", () => this.#json("/api/letters"));
  }

  /** A promise of the card of a node that nothing computes, as HTML. */
  givenCard(node) {
    return this.#answers.once(`given ${node}`, () => this.#text("/api/given", "text/html", `node=${encode(node)}`));
  }

  /** A promise of data at every step: {label, shape, steps}. */
  sequence(name) {
    return this.#answers.once(`sequence ${name}`, () => this.#json("/api/sequence", `name=${encode(name)}`));
  }

  /** A promise of all entries of one array as text. */
  array(name) {
    return this.#answers.once(`array ${name}`, () => this.#text("/api/whole", "text/plain", `name=${encode(name)}`));
  }

  /** A promise of the page with the table of all numbers. */
  numbersTable() {
    return this.#text("/numbers", "text/html");
  }

  /** A promise of what the figure shows of the steps around one; at another step with the same `window` and `update` it is the same. */
  async figure(here) {
    const { window, update } = await this.panel(here);
    const place = Object.entries(this.#steps[here - 1] ?? {}).map(([name, value]) => `${name}=${encode(value)}`);
    return this.#figures.once(`${window} ${update}`, () => this.#json("/api/figure", ...place));
  }

  /** A promise of a step's panel {said, html, window}: `window` says which steps the figure shows there. */
  async panel(here) {
    return (await this.#panels(here))[here % this.#chunk];
  }

  /** Fetch what the first press of a key will need: the panel of the next step; that of `here` is on the page. */
  prepare(here) {
    return this.#panels(Math.min(here + 1, this.#steps.length));
  }

  /** Fetch what the presses of a key after the next ones will need. */
  lookAhead(here) {
    return this.prepare(here + this.#chunk / 2 - 1);
  }

  /** Those that come with the panel of a step. */
  #panels(here) {
    const number = Math.floor(here / this.#chunk);
    const load = async () => (await this.#json("/api/steps", `first=${number * this.#chunk}`)).panels;
    return this.#answers.once(`panels ${number}`, load);
  }

  async #json(path, ...more) {
    return (await this.#fetch(path, "application/json", more)).json();
  }

  async #text(path, kind, ...more) {
    return (await this.#fetch(path, kind, more)).text();
  }

  #fetch(path, kind, more) {
    return this.#ask(path, kind, [this.#query, ...more]);
  }

  async #ask(path, kind, pairs) {
    const query = pairs.filter(Boolean).join("&");
    const response = await this.#fetcher(query ? `${path}?${query}` : path, { headers: { Accept: kind } });
    if (!response.ok) throw new Error(`the server answered ${response.status} to ${path}`);
    return response;
  }
}
