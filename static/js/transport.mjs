// The steps: buttons, keys, the player and the scrubber all move one number, `here`.

const PAUSE = 800;
const KEYS = { ArrowLeft: "back", ArrowRight: "forward", Home: "start", End: "end", " ": "play" };
const FIELDS = "input, select, textarea, [contenteditable]";

/** `trace.all` are the steps; `href(here)` is the link of one. */
export function mount(element, store, trace, href) {
  let timer = 0;
  const last = () => trace.all.length;
  const moves = {
    start: () => 0,
    back: (here) => Math.max(0, here - 1),
    forward: (here) => Math.min(last(), here + 1),
    end: () => last(),
  };

  function go(name) {
    const { here, playing } = store.state;
    if (name === "play") store.set(playing ? { playing: false } : { playing: true, here: here < last() ? here : 0 });
    else store.set({ here: moves[name](here), playing: false });
  }

  function play() {
    clearInterval(timer);
    if (store.state.playing) timer = setInterval(tick, PAUSE);
  }

  function tick() {
    const here = moves.forward(store.state.here);
    store.set({ here, playing: here < last() });
  }

  element.addEventListener("click", (event) => {
    const button = event.target.closest("[data-go]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(button.dataset.go);
  });
  element.addEventListener("input", (event) => {
    if (event.target.id === "scrubber") store.set({ here: Number(event.target.value), playing: false });
  });
  document.addEventListener("keydown", (event) => {
    const name = KEYS[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !last()) return;
    if (event.target.matches(FIELDS) || (name === "play" && event.target.closest("button, summary, a"))) return;
    event.preventDefault();
    go(name);
  });
  store.subscribe((state, changed) => {
    if (changed.has("here") || changed.has("opened")) show(element, state.here, last(), href, moves);
    if (changed.has("playing") || changed.has("opened")) {
      const button = element.querySelector('[data-go="play"]');
      button?.setAttribute("aria-pressed", String(state.playing));
      button?.setAttribute("aria-label", state.playing ? "Pause" : "Play");
      play();
    }
  });
}

/** Where the cursor is: the count, the scrubber, the ticks passed, and where the buttons lead. */
function show(element, here, last, href, moves) {
  const scrubber = element.querySelector("#scrubber");
  if (!scrubber) return;
  scrubber.value = here;
  element.querySelector("output").textContent = here;
  element.querySelectorAll(".tick").forEach((tick, i) => tick.classList.toggle("done", i < here));
  for (const [name, move] of Object.entries(moves)) {
    lead(element.querySelector(`[data-go="${name}"]`), move(here) !== here && href(move(here)));
  }
}

/** Let a link lead somewhere, or nowhere. */
function lead(link, address) {
  const set = (name, value) => (value ? link.setAttribute(name, value) : link.removeAttribute(name));
  set("href", address);
  set("role", !address && "link");
  set("aria-disabled", !address && "true");
}
