// The shortest way between two nodes, in a sentence.
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { attempt, note } from "./parts.js";
import { fr, number } from "./words.js";

export class Way {
  element = h("div", { class: "way", role: "status", id: "way" });
  #latest = new Latest();
  /** @type {import("./gathered.js").GraphNode | null} */
  #from = null;
  /** @type {import("./gathered.js").GraphNode | null} */
  #to = null;

  /** `onFound(nodes)` is given the nodes of the way in order. */
  constructor(onFound) {
    this.onFound = onFound;
  }

  /** Sets one end or both, as nodes `{ id, label }`; with both the way is looked for. */
  async find({ from = this.#from, to = this.#to }) {
    [this.#from, this.#to] = [from, to];
    put(this.element, h("p", null, fr`De « ${from?.label ?? "…"} » à « ${to?.label ?? "…"} ».`));
    if (!from || !to || from.id === to.id) return;
    await attempt(this.element, this.element, async () => {
      const data = await this.#latest.run((signal) => ask("path", { from: from.id, to: to.id }, signal));
      this.#tell(data.path, from.label, to.label);
    });
  }

  #tell({ paths: [shortest], total }, from, to) {
    if (!shortest) {
      put(this.element, h("p", null, fr`Aucun chemin court ne relie « ${from} » à « ${to} ».`));
      return;
    }
    put(
      this.element,
      h("p", { class: "sentence", dir: "auto" }, shortest.sentence),
      total > 1 && note(fr`Et ${number(total - 1)} autres chemins de même longueur.`),
    );
    this.onFound(shortest.steps.map(({ node }) => node));
  }
}
