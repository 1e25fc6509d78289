// The drawing of a selection, or of what surrounds one node.
import { KINDS } from "../shared/tables.js";
import { button, h, put } from "./dom.js";
import { save } from "./download.js";
import { gatherAround, gatherSelection, unfold } from "./gather.js";
import { Gathered } from "./gathered.js";
import { legend } from "./legend.js";
import { NodeList } from "./node_list.js";
import { attempt, entitle, note, sign } from "./parts.js";
import { readSelection, writeSelection } from "./selection.js";
import { Way } from "./way.js";
import { addressOf, count, fr, kindOf } from "./words.js";

export function show(main) {
  entitle(fr`Le graphe`);
  const page = new GraphPage(new URLSearchParams(location.search).get("autour"));
  put(main, page.head(), page.body());
  page.load();
}

class GraphPage {
  #selection = readSelection(location.search);
  /** @type {import("./drawing.js").GraphDrawing | null} */
  #drawing = null;
  /** @type {import("./gathered.js").GraphNode | null} */
  #focused = null;
  #truncated = false;
  #told = h("p", { class: "note", role: "status", id: "told" });
  #canvas = h("div", {
    class: "canvas",
    id: "drawing",
    role: "img",
    "aria-label": fr`Dessin du graphe ; la liste des nœuds est à côté`,
  });
  #stage = h("div", { class: "stage" }, this.#canvas, this.#buttons());
  #legend = h("fieldset", { class: "legend" });
  #details = h("section", { class: "details", "aria-live": "polite", "aria-label": fr`Le nœud choisi` });
  #way = new Way((nodes) => this.#showWay(nodes));

  constructor(around) {
    this.around = around;
    this.gathered = new Gathered(around);
    this.list = new NodeList(this.gathered, (id) => this.#focus(id, true));
  }

  head() {
    return h(
      "header",
      { class: "head graph-head" },
      h("h1", null, fr`Le graphe`),
      h("p", { class: "lead-in" }, this.around ? aboutNode(this.around) : aboutSelection(this.#selection)),
      this.#told,
    );
  }

  body() {
    const side = [this.#legend, this.list.elements(this.#way.element, this.#details)];
    return h("div", { class: "graph" }, this.#stage, h("div", { class: "side" }, side));
  }

  #buttons() {
    const tool = (words, act, properties) => button(words, () => this.#drawing && act(this.#drawing), properties);
    return h(
      "div",
      { class: "zooms" },
      tool("+", (drawing) => drawing.zoomBy(1.3), { "aria-label": fr`Agrandir` }),
      tool("−", (drawing) => drawing.zoomBy(1 / 1.3), { "aria-label": fr`Réduire` }),
      tool(fr`Tout voir`, (drawing) => {
        this.#focus(null);
        drawing.fit();
      }),
      tool("PNG", async (drawing) => save("graphe.png", await drawing.png(), "image/png")),
      tool("SVG", (drawing) => save("graphe.svg", drawing.svg(), "image/svg+xml")),
    );
  }

  #tell(more = fr`Cliquez pour voir les voisins, double-cliquez pour en faire venir d'autres.`) {
    const { nodes, edges } = this.gathered.visible();
    const cut = this.#truncated ? fr` Seuls les plus proches sont dessinés.` : "";
    this.#told.textContent = fr`${count(nodes.length, "nœud")}, ${count(edges.length, "lien")}.${cut} ${more}`;
  }

  #drawLegend() {
    put(
      this.#legend,
      legend(this.gathered, () => this.#redraw()),
    );
  }

  #focus(id, fly = false) {
    this.#focused = this.gathered.nodes.get(id) ?? null;
    const chosen = this.#focused?.id ?? null;
    this.#drawing?.focus(chosen);
    if (fly && chosen) this.#drawing?.flyTo(chosen);
    this.list.mark(chosen);
    this.#drawDetails();
  }

  #drawDetails() {
    const node = this.#focused;
    if (!node) {
      put(this.#details, note(fr`Choisissez un nœud, dans le dessin ou dans la liste.`));
      return;
    }
    const links = this.gathered.edgesOf(node.id).length;
    put(
      this.#details,
      h("h2", { dir: "auto" }, sign(node.kind), " ", node.label),
      note(fr`${KINDS[node.kind].title}, ${count(links, "lien")}.`),
      h(
        "p",
        { class: "tools" },
        h("a", { class: "button", href: addressOf(node.id) }, fr`Ouvrir`),
        button(fr`Déplier`, () => this.#expand(node.id)),
        button(fr`Chemin d'ici…`, () => this.#way.find({ from: node })),
        button(fr`… jusqu'ici`, () => this.#way.find({ to: node })),
      ),
    );
  }

  /** Draws what was gathered since, around a node that is drawn. */
  #add(around) {
    const { nodes, edges } = this.gathered.visible();
    this.#drawing?.add(nodes, edges, around);
    this.#drawLegend();
    this.list.draw();
    return nodes.length;
  }

  #expand(id) {
    this.#tell(fr`Recherche des voisins…`);
    return attempt(this.#told, this.#told, async () => {
      const before = this.gathered.visible().nodes.length;
      await unfold(this.gathered, id);
      const came = this.#add(id) - before;
      this.#focus(id);
      this.#tell(came ? fr`${count(came, "nœud")} de plus.` : fr`Tous ses voisins sont déjà là.`);
    });
  }

  #showWay(nodes) {
    const ids = nodes.map(({ id }) => id);
    this.gathered.unfold(
      nodes,
      ids.slice(1).map((id, i) => ({ source: ids[i], target: id })),
    );
    this.#add(ids[0]);
    this.#drawing?.way(ids);
  }

  #redraw() {
    this.list.draw();
    this.#drawDetails();
    return attempt(this.#stage, this.#told, async () => {
      const { nodes, edges } = this.gathered.visible();
      this.#told.textContent = fr`Dessin de ${count(nodes.length, "nœud")}…`;
      await this.#drawing?.show(nodes, edges);
      if (this.#focused) this.#focus(this.#focused.id);
      this.#tell();
    });
  }

  load() {
    this.#told.textContent = fr`Lecture du graphe…`;
    return attempt(this.#stage, this.#told, async () => {
      const module = import("./drawing.js");
      await this.#gather();
      const { GraphDrawing } = await module;
      this.#drawing ??= new GraphDrawing(this.#canvas, {
        onChoose: (id) => this.#focus(id),
        onExpand: (id) => this.#expand(id),
      });
      this.#drawLegend();
      this.#focused = this.gathered.nodes.get(this.around) ?? null;
      await this.#redraw();
    });
  }

  async #gather() {
    if (this.around) this.#truncated = await gatherAround(this.gathered, this.around);
    else {
      await gatherSelection(this.gathered, this.#selection, (nodes) => {
        this.#told.textContent = fr`${count(nodes, "nœud")} lus…`;
      });
    }
  }
}

function aboutNode(id) {
  const all = h("a", { href: "/graphe" }, fr`Voir toutes les actions`);
  const page = kindOf(id) in KINDS && h("a", { href: addressOf(id) }, fr`Ouvrir sa page`);
  return [fr`Ce qui entoure un nœud. `, page, " · ", all];
}

function aboutSelection(selection) {
  const { search, values } = selection;
  const chosen = search || Object.keys(values).length > 0;
  return [
    chosen ? fr`La sélection de la liste. ` : fr`Toutes les actions et ce qui les relie. `,
    h("a", { href: `/${writeSelection(selection)}` }, fr`Changer la sélection`),
  ];
}
