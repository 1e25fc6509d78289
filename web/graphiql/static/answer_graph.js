// What an answer says as a graph: its objects with an id are nodes, their nesting is edges.
import { labelOf } from "../shared/nodes.js";

export const NODE_LIMIT = 2000;

function kindOf(id, object) {
  const prefix = /^([A-Za-z][\w-]*):/.exec(id)?.[1] ?? object.__typename;
  return typeof prefix === "string" ? prefix.toLowerCase() : "other";
}

/**
 * The graph of `data`, the `data` of an answer: `{ nodes: [{ id, kind, label }], edges: [{ source, target }], total }`.
 *
 * An edge joins an object with an id to the nearest object with an id around it, once for each pair, whatever
 * lists, connections and edges stand between them. `total` counts the distinct nodes of the answer; `nodes` holds
 * the first `limit` of them in the order of the answer, and `edges` those between these.
 */
export function answerGraph(data, limit = NODE_LIMIT) {
  const nodes = new Map();
  const edges = new Map();
  const left = new Set();

  function visit(value, around) {
    if (value === null || typeof value !== "object") return;
    let inside = around;
    if (!Array.isArray(value) && (typeof value.id === "string" || typeof value.id === "number")) {
      inside = String(value.id);
      const node = nodes.get(inside);
      if (node) node.label ??= labelOf(value);
      else if (nodes.size < limit)
        nodes.set(inside, { id: inside, kind: kindOf(inside, value), label: labelOf(value) });
      else left.add(inside);
      if (around !== null && around !== inside && nodes.has(around) && nodes.has(inside)) {
        const pair = JSON.stringify(around < inside ? [around, inside] : [inside, around]);
        if (!edges.has(pair)) edges.set(pair, { source: around, target: inside });
      }
    }
    for (const child of Object.values(value)) visit(child, inside);
  }

  visit(data, null);
  return {
    nodes: [...nodes.values()].map((node) => ({ ...node, label: node.label ?? node.id })),
    edges: [...edges.values()],
    total: nodes.size + left.size,
  };
}
