// What has been gathered for the drawing, and which part of it is shown. It knows nothing of the page.
import { placeOf } from "../shared/nodes.js";
import { linksOf } from "./fields.js";
import { kindOf, nameOf } from "./words.js";

const SHOWN_AT_FIRST = ["action", "structure", "keyword", "partner", "public"];
/** In a handful of actions nothing is shared by too many. */
const HANDFUL = 6;

/** A name without accents and capitals, for comparing. */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** @typedef {{ id: string, label: string, kind: string }} GraphNode */

/**
 * Nodes and edges, each once, by key. Of these are shown: what is `pinned`, and the nodes of `kinds`, hubs only
 * `withHubs`; around one node not those that nothing shown links to it, for they say nothing.
 */
export class Gathered {
  /** @type {Map<string, GraphNode>} */
  nodes = new Map();
  /** @type {Map<string, { source: string, target: string }>} */
  edges = new Map();
  withHubs = false;

  /** @param {string | null} around */
  constructor(around = null) {
    this.around = around;
    this.pinned = new Set(around ? [around] : []);
    this.kinds = new Set([...SHOWN_AT_FIRST, ...[...this.pinned].map(kindOf)]);
  }

  /** Adds an action and all that it is linked to. */
  action(action) {
    const links = linksOf(action);
    this.merge(
      [action, ...links],
      links.map(({ id }) => ({ source: action.id, target: id })),
    );
  }

  merge(nodes, edges) {
    for (const node of nodes) {
      if (!this.nodes.has(node.id))
        this.nodes.set(node.id, { id: node.id, label: nameOf(node), kind: kindOf(node.id) });
    }
    for (const { source, target } of edges) {
      const key = [source, target].sort().join(" ");
      if (source !== target && !this.edges.has(key)) this.edges.set(key, { source, target });
    }
  }

  /** The same, shown whatever its kind is. */
  unfold(nodes, edges) {
    this.merge(nodes, edges);
    for (const { id } of nodes) this.pinned.add(id);
  }

  /** The edges of a node. */
  edgesOf(id) {
    return [...this.edges.values()].filter(({ source, target }) => source === id || target === id);
  }

  /** The concepts that more than half of the actions have, publics first; none in a handful of actions. */
  hubs() {
    const degree = new Map();
    for (const [one, other] of [...this.edges.values()].flatMap(({ source: a, target: b }) => [
      [a, b],
      [b, a],
    ])) {
      if (kindOf(one) === "action") degree.set(other, (degree.get(other) ?? 0) + 1);
    }
    const nodes = [...this.nodes.values()];
    const actions = nodes.filter(({ kind }) => kind === "action").length;
    if (actions < HANDFUL) return [];
    return nodes
      .filter(({ id, kind }) => !["action", "structure"].includes(kind) && degree.get(id) > actions / 2)
      .sort((a, b) => Number(b.kind === "public") - Number(a.kind === "public"));
  }

  /** What is shown: `{ nodes, edges }`. */
  visible() {
    const hidden = new Set(this.withHubs ? [] : this.hubs().map(({ id }) => id));
    const wanted = ({ id, kind }) => this.pinned.has(id) || (this.kinds.has(kind) && !hidden.has(id));
    const nodes = [...this.nodes.values()].filter(wanted);
    const ids = new Set(nodes.map(({ id }) => id));
    const edges = [...this.edges.values()].filter(({ source, target }) => ids.has(source) && ids.has(target));
    if (!this.around) return { nodes, edges };
    const linked = new Set([...this.pinned, ...edges.flatMap(({ source, target }) => [source, target])]);
    return { nodes: nodes.filter(({ id }) => linked.has(id)), edges };
  }

  /** The nodes shown whose name holds `words`, by kind and name. */
  matching(words) {
    const wanted = folded(words.trim());
    return this.visible()
      .nodes.filter(({ label }) => folded(label).includes(wanted))
      .sort((a, b) => placeOf(a.kind) - placeOf(b.kind) || a.label.localeCompare(b.label, "fr"));
  }
}
