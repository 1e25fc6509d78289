// The nodes of the drawing as a list, which keyboards and screen readers can walk.
import { button, h, items, put } from "./dom.js";
import { sign } from "./parts.js";
import { fr, number } from "./words.js";

const LISTED = 150;

export class NodeList {
  #nodes = h("ul", { class: "nodes" });
  #finder = h("input", { type: "search", id: "finder", placeholder: fr`Trouver un nœud…`, autocomplete: "off" });

  /** `choose(id)` is called when a node is taken from the list, or found by its name. */
  constructor(gathered, choose) {
    this.gathered = gathered;
    this.choose = choose;
    this.focused = null;
    this.#finder.addEventListener("input", () => this.draw());
    this.#finder.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const [first] = this.#matching();
      if (first) choose(first.id);
    });
  }

  /** The elements: what finds a node, then `between`, then the list. */
  elements(...between) {
    const label = h("label", { class: "finder", for: "finder" }, fr`Chercher dans le dessin`);
    return [label, this.#finder, between, h("h2", null, fr`Les nœuds`), this.#nodes];
  }

  #matching() {
    return this.gathered.matching(this.#finder.value);
  }

  draw() {
    const found = this.#matching();
    const item = ({ id, label, kind }) => {
      const words = [sign(kind), h("span", { dir: "auto" }, label)];
      return button(words, () => this.choose(id), { class: "node", "data-id": id });
    };
    const rest = found.length - LISTED;
    const more = h("li", { class: "note" }, fr`Et ${number(rest)} autres : cherchez-les par leur nom.`);
    put(this.#nodes, items(found.slice(0, LISTED), item), rest > 0 && more);
    this.mark(this.focused);
  }

  /** Shows which node is chosen. */
  mark(id) {
    this.focused = id;
    for (const node of this.#nodes.querySelectorAll("button")) {
      node.setAttribute("aria-pressed", String(node.dataset.id === id));
    }
  }
}
