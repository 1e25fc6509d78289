// The drawing of a selection, or of what surrounds one node.
import { ask, Failure, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { save } from "./download.js";
import { entitle, failure, sign } from "./parts.js";
import { FACETS, readSelection, variablesOf, writeSelection } from "./selection.js";
import { addressOf, count, fr, idOf, kindOf, KINDS, nameOf, number } from "./words.js";

/** The most nodes that are drawn. */
const MOST = 2000;
const SHOWN_AT_FIRST = new Set(["action", "structure", "keyword", "partner", "public"]);
const LISTED = 150;

const tooMany = (n) => new Failure(fr`Cette sélection donne plus de ${number(MOST)} nœuds${n ? ` (${count(n, "action")})` : ""} : le dessin serait illisible. Choisissez un mot-clé, une année ou un centre dans la liste, puis revenez.`);

/** Nodes and links, gathered once each. */
class Gathered {
  nodes = new Map();
  edges = new Map();

  node(node) {
    if (!this.nodes.has(node.id)) this.nodes.set(node.id, { id: node.id, name: nameOf(node), kind: kindOf(node.id) });
  }

  link(source, target) {
    const key = [source, target].sort().join(" ");
    if (source !== target && !this.edges.has(key)) this.edges.set(key, { source, target });
  }

  action(action) {
    this.node(action);
    const linked = [action.structure, action.department, action.dimension, action.territory, ...action.keywords, ...action.partners, ...action.publics, ...action.initiators];
    for (const other of linked.filter(Boolean)) {
      this.node(other);
      this.link(action.id, other.id);
    }
  }

  /** The concepts that more than half of the actions have; none in a handful of actions. */
  hubs() {
    const degree = new Map();
    for (const { source, target } of this.edges.values()) {
      if (kindOf(source) === "action") degree.set(target, (degree.get(target) ?? 0) + 1);
      if (kindOf(target) === "action") degree.set(source, (degree.get(source) ?? 0) + 1);
    }
    const actions = [...this.nodes.values()].filter(({ kind }) => kind === "action").length;
    return actions < 6 ? [] : [...this.nodes.values()].filter(({ id, kind }) => kind !== "action" && kind !== "structure" && degree.get(id) > actions / 2);
  }
}

async function gatherSelection(selection, signal, onProgress) {
  const gathered = new Gathered();
  let after = null;
  for (;;) {
    const { actions } = await ask("graph_actions", { search: variablesOf(selection).search, where: variablesOf(selection).where, first: 100, after }, signal);
    if (actions.totalCount > MOST) throw tooMany(actions.totalCount);
    actions.nodes.forEach((action) => gathered.action(action));
    if (gathered.nodes.size > MOST) throw tooMany(actions.totalCount);
    onProgress(gathered.nodes.size);
    if (!actions.pageInfo.hasNextPage) return gathered;
    after = actions.pageInfo.endCursor;
  }
}

function merge(gathered, { nodes, edges }) {
  nodes.forEach((node) => gathered.node(node));
  edges.forEach(({ source, target }) => gathered.link(source, target));
  return gathered;
}

export async function show(main) {
  entitle(fr`Le graphe`);
  const around = new URLSearchParams(location.search).get("autour");
  const selection = readSelection(location.search);
  const kinds = new Set(SHOWN_AT_FIRST);
  if (around) kinds.add(kindOf(around));
  const pinned = new Set(around ? [around] : []);
  const steps = new Latest();
  let gathered = new Gathered();
  let withHubs = false;
  let truncated = false;
  let drawing = null;
  let focused = null;
  let from = null;
  let to = null;

  const told = h("p", { class: "note", role: "status", id: "told" });
  const canvas = h("div", { class: "canvas", id: "drawing", role: "img", "aria-label": fr`Dessin du graphe ; la liste des nœuds est à côté` });
  const zooms = h("div", { class: "zooms" },
    h("button", { type: "button", "aria-label": fr`Agrandir`, onclick: () => drawing?.zoomBy(1.3) }, "+"),
    h("button", { type: "button", "aria-label": fr`Réduire`, onclick: () => drawing?.zoomBy(1 / 1.3) }, "−"),
    h("button", { type: "button", onclick: () => { focus(null); drawing?.fit(); } }, fr`Tout voir`),
    h("button", { type: "button", onclick: async () => drawing && save("graphe.png", await drawing.png(), "image/png") }, "PNG"),
    h("button", { type: "button", onclick: () => drawing && save("graphe.svg", drawing.svg(), "image/svg+xml") }, "SVG"),
  );
  const legend = h("fieldset", { class: "legend" });
  const details = h("section", { class: "details", "aria-live": "polite", "aria-label": fr`Le nœud choisi` });
  const way = h("div", { class: "way", role: "status", id: "way" });
  const nodes = h("ul", { class: "nodes" });
  const finder = h("input", { type: "search", id: "finder", placeholder: fr`Trouver un nœud…`, autocomplete: "off", oninput: () => drawList(), onkeydown: (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const [first] = matching();
    if (first) focus(first.id, true);
  } });
  const stage = h("div", { class: "stage" }, canvas, zooms);
  const side = h("div", { class: "side" }, legend, h("label", { class: "finder", for: "finder" }, fr`Chercher dans le dessin`), finder, way, details, h("h2", null, fr`Les nœuds`), nodes);
  put(
    main,
    h("header", { class: "head graph-head" }, h("h1", null, fr`Le graphe`), h("p", { class: "lead-in" }, aboutSelection()), told),
    h("div", { class: "graph" }, stage, side),
  );

  function aboutSelection() {
    if (around) return [fr`Ce qui entoure un nœud. `, idOf(addressOf(around)) && h("a", { href: addressOf(around) }, fr`Ouvrir sa page`), " · ", h("a", { href: "/graphe" }, fr`Voir toutes les actions`)];
    const chosen = FACETS.reduce((sum, { field }) => sum + (selection.values[field]?.length ?? 0), 0) + (selection.search ? 1 : 0);
    return [chosen ? fr`La sélection de la liste. ` : fr`Toutes les actions et ce qui les relie. `, h("a", { href: `/${writeSelection(selection)}` }, fr`Changer la sélection`)];
  }

  function visible() {
    const hidden = new Set(withHubs ? [] : gathered.hubs().map(({ id }) => id));
    const kept = [...gathered.nodes.values()].filter(({ id, kind }) => pinned.has(id) || (kinds.has(kind) && !hidden.has(id)));
    const ids = new Set(kept.map(({ id }) => id));
    const edges = [...gathered.edges.values()].filter(({ source, target }) => ids.has(source) && ids.has(target));
    if (!around) return { nodes: kept, edges };
    // Around one node, what only a hidden node links to it says nothing.
    const linked = new Set(edges.flatMap(({ source, target }) => [source, target]));
    return { nodes: kept.filter(({ id }) => linked.has(id) || pinned.has(id)), edges };
  }

  function tell(more = "") {
    const { nodes: kept, edges } = visible();
    told.textContent = fr`${count(kept.length, "nœud")}, ${count(edges.length, "lien")}.${truncated ? fr` Seuls les plus proches sont dessinés.` : ""} ${more || fr`Cliquez pour voir les voisins, double-cliquez pour en faire venir d'autres.`}`;
  }

  function drawLegend() {
    const tally = new Map();
    for (const { kind } of gathered.nodes.values()) tally.set(kind, (tally.get(kind) ?? 0) + 1);
    const hubs = gathered.hubs().sort((a, b) => Number(b.kind === "public") - Number(a.kind === "public"));
    put(
      legend,
      h("legend", null, fr`Montrer`),
      Object.keys(KINDS).filter((kind) => tally.has(kind)).map((kind) =>
        h("label", null, h("input", { type: "checkbox", checked: kinds.has(kind), onchange: (event) => {
          if (event.target.checked) kinds.add(kind);
          else kinds.delete(kind);
          redraw();
        } }), sign(kind), h("span", null, KINDS[kind].many), h("span", { class: "tally" }, number(tally.get(kind))))),
      hubs.length > 0 && h("label", { class: "hubs" }, h("input", { type: "checkbox", id: "hubs", checked: withHubs, onchange: (event) => { withHubs = event.target.checked; redraw(); } }), h("span", null, fr`les nœuds très partagés (${number(hubs.length)})`)),
      hubs.length > 0 && h("p", { class: "note" }, fr`« ${hubs[0].name} » est lié à plus de la moitié des actions : montré, il rapproche tout et cache le reste.`),
    );
  }

  function matching() {
    const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = folded(finder.value.trim());
    const order = Object.keys(KINDS);
    return visible().nodes.filter(({ name }) => folded(name).includes(wanted)).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name, "fr"));
  }

  function drawList() {
    const found = matching();
    put(nodes, found.slice(0, LISTED).map(({ id, name, kind }) =>
      h("li", null, h("button", { type: "button", class: "node", "aria-pressed": String(id === focused), "data-id": id, onclick: () => focus(id, true) }, sign(kind), h("span", { dir: "auto" }, name)))),
      found.length > LISTED && h("li", { class: "note" }, fr`Et ${number(found.length - LISTED)} autres : cherchez-les par leur nom.`));
  }

  function focus(id, fly = false) {
    focused = id && gathered.nodes.has(id) ? id : null;
    drawing?.focus(focused, fly);
    for (const button of nodes.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.id === focused));
    drawDetails();
  }

  function drawDetails() {
    if (!focused) {
      put(details, h("p", { class: "note" }, fr`Choisissez un nœud, dans le dessin ou dans la liste.`));
      return;
    }
    const node = gathered.nodes.get(focused);
    const links = [...gathered.edges.values()].filter(({ source, target }) => source === focused || target === focused).length;
    put(
      details,
      h("h2", { dir: "auto" }, sign(node.kind), " ", node.name),
      h("p", { class: "note" }, fr`${KINDS[node.kind].title}, ${count(links, "lien")}.`),
      h("p", { class: "tools" },
        h("a", { class: "button", href: addressOf(focused) }, fr`Ouvrir`),
        h("button", { type: "button", onclick: () => expand(node.id) }, fr`Déplier`),
        h("button", { type: "button", onclick: () => { from = node.id; findWay(); } }, fr`Chemin d'ici…`),
        h("button", { type: "button", onclick: () => { to = node.id; findWay(); } }, fr`… jusqu'ici`)),
    );
  }

  async function expand(id) {
    tell(fr`Recherche des voisins…`);
    try {
      const data = await ask("neighbourhood", { id, depth: 1, first: 60 });
      const before = visible().nodes.length;
      if (new Set([...gathered.nodes.keys(), ...data.neighbourhood.nodes.map((node) => node.id)]).size > MOST) throw tooMany();
      merge(gathered, data.neighbourhood);
      data.neighbourhood.nodes.forEach((node) => pinned.add(node.id));
      const now = visible();
      drawing.add(now.nodes, now.edges, id);
      drawLegend();
      drawList();
      focus(id);
      const came = now.nodes.length - before;
      tell(came ? fr`${count(came, "nœud")} de plus.` : fr`Tous ses voisins sont déjà là.`);
    } catch (error) {
      put(told, failure(error, () => expand(id)));
    }
  }

  async function findWay() {
    const name = (id) => (id ? gathered.nodes.get(id).name : "…");
    put(way, h("p", null, fr`De « ${name(from)} » à « ${name(to)} ».`));
    if (!from || !to || from === to) return;
    way.setAttribute("aria-busy", "true");
    try {
      const data = await steps.run((signal) => ask("path", { from, to }, signal));
      if (!data) return;
      const { paths, total } = data.path;
      if (!paths.length) put(way, h("p", null, fr`Aucun chemin court ne relie « ${name(from)} » à « ${name(to)} ».`));
      else {
        const [first] = paths;
        put(way, h("p", { class: "sentence", dir: "auto" }, first.sentence), total > 1 && h("p", { class: "note" }, fr`Et ${number(total - 1)} autres chemins de même longueur.`));
        const ids = first.steps.map(({ node }) => node.id);
        merge(gathered, { nodes: first.steps.map(({ node }) => node), edges: ids.slice(1).map((id, i) => ({ source: ids[i], target: id })) });
        ids.forEach((id) => pinned.add(id));
        const now = visible();
        drawing.add(now.nodes, now.edges, from);
        drawList();
        drawing.way(ids);
      }
    } catch (error) {
      put(way, failure(error, findWay));
    }
    way.removeAttribute("aria-busy");
  }

  async function redraw() {
    drawList();
    drawDetails();
    stage.setAttribute("aria-busy", "true");
    const { nodes: kept, edges } = visible();
    told.textContent = fr`Dessin de ${count(kept.length, "nœud")}…`;
    const started = performance.now();
    if (!(await drawing.show(kept, edges))) return;
    canvas.dataset.layoutMs = Math.round(performance.now() - started);
    stage.removeAttribute("aria-busy");
    if (focused) focus(focused);
    tell();
  }

  async function load() {
    stage.setAttribute("aria-busy", "true");
    told.textContent = fr`Lecture du graphe…`;
    try {
      const module = import("./drawing.js");
      if (around) {
        const { neighbourhood } = await ask("neighbourhood", { id: around, depth: 2, first: 100 });
        gathered = merge(new Gathered(), neighbourhood);
        truncated = neighbourhood.truncated;
      } else {
        gathered = await gatherSelection(selection, undefined, (n) => (told.textContent = fr`${count(n, "nœud")} lus…`));
      }
      const { createDrawing } = await module;
      drawing ??= createDrawing(canvas, { onFocus: (id) => focus(id), onExpand: expand });
      drawLegend();
      if (around && gathered.nodes.has(around)) focused = around;
      await redraw();
    } catch (error) {
      put(told, failure(error, load));
      stage.removeAttribute("aria-busy");
    }
  }

  await load();
}
