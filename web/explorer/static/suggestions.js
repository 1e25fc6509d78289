// What the words typed so far may become: a list below the search box, walked with the arrow keys.
import { KINDS } from "../shared/tables.js";
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { sign } from "./parts.js";
import { count, fr } from "./words.js";

const PAUSE_MS = 120;

function hint({ kind, actionCount }) {
  if (kind === "action") return "action";
  const actions = count(actionCount, "action");
  return kind ? `${KINDS[kind].one} · ${actions}` : actions;
}

/** The suggestions for `input`, which has the role of a combobox; `choose(suggestion)` is called when one is taken. */
export class Suggestions {
  told = h("p", { class: "hidden", role: "status" });
  #latest = new Latest();
  #shown = [];
  #active = -1;
  #timer = 0;

  constructor(input, choose) {
    this.input = input;
    this.choose = choose;
    const id = `${input.id}-list`;
    this.element = h("ul", { role: "listbox", id, "aria-label": fr`Suggestions`, hidden: true });
    input.setAttribute("aria-controls", id);
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#suggest(), PAUSE_MS);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#latest.stop();
    this.#show([]);
  }

  async #suggest() {
    const prefix = this.input.value.trim();
    if (!prefix) return this.close();
    try {
      const { suggest } = await this.#latest.run((signal) => ask("suggest", { prefix }, signal));
      if (document.activeElement !== this.input) return;
      this.#show(suggest.map(({ kind, ...rest }) => ({ ...rest, kind: kind?.toLowerCase() })));
      this.told.textContent = this.#shown.length ? count(this.#shown.length, "suggestion") : fr`Aucune suggestion`;
    } catch {
      this.close(); // suggestions are a help: the search itself tells what is wrong
    }
  }

  #show(suggestions) {
    this.#shown = suggestions;
    this.#mark(-1);
    const options = suggestions.map((suggestion, i) => this.#option(suggestion, i));
    put(this.element, options);
    this.element.hidden = suggestions.length === 0;
    this.input.setAttribute("aria-expanded", String(suggestions.length > 0));
  }

  #option(suggestion, i) {
    return h(
      "li",
      {
        role: "option",
        id: `${this.input.id}-${i}`,
        "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(),
        onclick: () => this.#take(suggestion),
      },
      suggestion.kind && sign(suggestion.kind),
      h("span", { class: "words", dir: "auto" }, suggestion.text),
      h("span", { class: "hint" }, hint(suggestion)),
    );
  }

  #take(suggestion) {
    this.close();
    this.choose(suggestion);
  }

  #mark(index) {
    this.#active = index;
    const options = [...this.element.children];
    for (const [i, option] of options.entries()) option.setAttribute("aria-selected", String(i === index));
    if (index < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", options[index].id);
      options[index].scrollIntoView({ block: "nearest" });
    }
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const places = this.#shown.length + 1; // one place is the box itself
    if (event.key === "Escape" && this.#shown.length) this.close();
    else if (step && this.#shown.length) this.#mark(((this.#active + 1 + step + places) % places) - 1);
    else if (event.key === "Enter" && this.#active >= 0) this.#take(this.#shown[this.#active]);
    else return;
    event.preventDefault();
  }
}
