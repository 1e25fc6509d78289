// The interactive drawing: Cytoscape, laid out by d3-force, with labels that do not overlap.
import cytoscape from "../vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs";
import { s } from "./dom.js";
import { forceLayout } from "./force_layout.js";
import { shapePath, shapePoints } from "./shapes.js";
import { KINDS, shorten } from "./words.js";

const FONT = 12.5;
const LABEL = 34;
/** From this number of nodes on, the drawing needs more paper. */
const CROWD = 300;
const FAMILY = 'system-ui, "DejaVu Sans", sans-serif';
const ruler = document.createElement("canvas").getContext("2d");

const radius = (degree) => 7 + 2.4 * Math.sqrt(degree);

function palette() {
  const css = getComputedStyle(document.documentElement);
  const read = (name) => css.getPropertyValue(`--${name}`).trim();
  return { of: read, ink: read("ink"), card: read("card"), soft: read("soft"), accent: read("accent") };
}

function styles({ of, ink, card, soft, accent }) {
  const kinds = Object.keys(KINDS).map((kind) => {
    const points = shapePoints(kind);
    return {
      selector: `node[kind = "${kind}"]`,
      style: { "background-color": of(kind), shape: points ? "polygon" : "ellipse", ...(points && { "shape-polygon-points": points }) },
    };
  });
  return [
    {
      selector: "node",
      style: {
        width: "data(size)",
        height: "data(size)",
        "border-width": 1,
        "border-color": card,
        color: ink,
        "font-family": FAMILY,
        "font-size": FONT,
        "text-valign": "bottom",
        "text-outline-color": card,
        "text-outline-width": 2.5,
      },
    },
    ...kinds,
    { selector: "edge", style: { width: 1.2, "line-color": soft, "line-opacity": 0.45, "curve-style": "haystack" } },
    { selector: "node.named", style: { label: "data(short)", "z-index": 10 } },
    { selector: ".faded", style: { opacity: 0.18 } },
    { selector: "node.way, node.focused", style: { "border-width": 3, "border-color": ink } },
    { selector: "edge.way", style: { width: 4, "line-color": accent, "line-opacity": 1 } },
  ];
}

/**
 * A drawing in `container`. `onFocus(id or null)` is called on a click, `onExpand(id)` on a double click.
 * `show(nodes, edges)` lays everything out and draws it, `add(nodes, edges, around)` keeps what is drawn in place.
 */
export function createDrawing(container, { onFocus, onExpand }) {
  const cy = cytoscape({ container, style: styles(palette()), layout: { name: "preset" }, minZoom: 0.03, maxZoom: 4, autounselectify: true, textureOnViewport: true });
  let working = new AbortController();
  let waiting = 0;

  cy.on("tap", (event) => onFocus(event.target !== cy && event.target.isNode() ? event.target.id() : null));
  cy.on("dbltap", "node", (event) => onExpand(event.target.id()));
  cy.on("viewport resize dragfree", nameLater);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    cy.style(styles(palette()));
    nameNodes();
  });
  new ResizeObserver(() => cy.resize()).observe(container);

  /** Names wait until the view is still. */
  function nameLater() {
    clearTimeout(waiting);
    waiting = setTimeout(nameNodes, 120);
  }

  function sizeNodes() {
    cy.nodes().forEach((node) => void node.data({ size: 2 * radius(node.degree()), links: node.degree() }));
  }

  /** Names as many nodes as find room for their label on the screen, the most linked first. */
  function nameNodes() {
    const zoom = cy.zoom();
    const size = Math.max(10, Math.min(15, FONT * Math.sqrt(zoom)));
    ruler.font = `${size}px ${FAMILY}`;
    const taken = [];
    const rank = (node) => (node.hasClass("focused") ? 1e6 : node.hasClass("way") ? 1e5 : 0) + node.data("links");
    const ranked = cy.nodes().toArray().map((node) => [rank(node), node]).sort((a, b) => b[0] - a[0]);
    const named = new Set();
    for (const [, node] of ranked) {
      const { x, y } = node.renderedPosition();
      if (x < -80 || y < -20 || x > cy.width() + 80 || y > cy.height() + 20 || node.hasClass("faded")) continue;
      const half = ruler.measureText(node.data("short")).width / 2 + 3;
      const top = y + (node.data("size") / 2) * zoom;
      const box = { left: x - half, right: x + half, top, bottom: top + size * 1.35 };
      if (taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) continue;
      taken.push(box);
      named.add(node);
    }
    cy.batch(() => {
      cy.nodes(".named").forEach((node) => void (named.has(node) || node.removeClass("named").removeStyle()));
      named.forEach((node) => node.addClass("named").style({ "font-size": size / zoom, "text-outline-width": 2.5 / zoom, "text-margin-y": 1 / zoom }));
    });
  }

  const element = (node) => ({ group: "nodes", data: { ...node, short: shorten(node.name, LABEL), size: 14, links: 0 } });
  const links = (edges) => edges.map(({ source, target }) => ({ group: "edges", data: { id: `${source} ${target}`, source, target } }));

  function clearMarks() {
    cy.elements().removeClass("faded way focused");
  }

  return {
    cy,

    /** Draws everything anew; false where a newer drawing took its place. */
    async show(nodes, edges) {
      working.abort();
      const mine = (working = new AbortController());
      const places = await forceLayout(nodes, edges, mine.signal);
      if (!places) return false;
      const spread = nodes.length > CROWD ? 2 : 1;
      const position = ({ id }) => ({ x: spread * places.get(id).x, y: spread * places.get(id).y });
      cy.batch(() => {
        cy.elements().remove();
        cy.add([...nodes.map((node) => ({ ...element(node), position: position(node) })), ...links(edges)]);
        sizeNodes();
      });
      this.fit();
      return true;
    },

    /** Adds nodes in a ring around one that is drawn. */
    add(nodes, edges, around) {
      const fresh = nodes.filter(({ id }) => cy.getElementById(id).empty());
      const centre = cy.getElementById(around);
      const { x, y } = centre.nonempty() ? centre.position() : { x: 0, y: 0 };
      cy.batch(() => {
        cy.add(fresh.map((node, i) => {
          const ring = 110 + 55 * Math.floor(i / 14);
          const angle = (2 * Math.PI * (i % 14)) / Math.min(14, fresh.length) + Math.floor(i / 14) / 4;
          return { ...element(node), position: { x: x + ring * Math.cos(angle), y: y + ring * Math.sin(angle) } };
        }));
        cy.add(links(edges).filter(({ data }) => cy.getElementById(data.id).empty()));
        sizeNodes();
      });
      nameNodes();
    },

    fit() {
      cy.fit(undefined, 50);
      if (cy.zoom() > 1.4) cy.zoom(1.4).center();
      nameNodes();
    },

    /** Shows one node and its neighbours, the rest faded; null shows everything again. `fly` brings it to the middle. */
    focus(id, fly = false) {
      clearMarks();
      const node = id && cy.getElementById(id);
      if (node?.nonempty()) {
        cy.elements().not(node.closedNeighborhood()).addClass("faded");
        node.addClass("focused");
        if (fly) {
          const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
          const view = { center: { eles: node }, zoom: Math.max(cy.zoom(), 0.9) };
          if (still) cy.zoom(view.zoom).center(node);
          else cy.animate(view, { duration: 350 });
        }
      }
      nameNodes();
    },

    /** Shows the way through these nodes, in order. */
    way(ids) {
      clearMarks();
      let way = cy.collection();
      ids.forEach((id, i) => {
        const node = cy.getElementById(id);
        way = way.union(node);
        if (i) way = way.union(node.edgesWith(cy.getElementById(ids[i - 1])));
      });
      cy.elements().not(way).addClass("faded");
      way.addClass("way");
      cy.fit(way, 90);
      if (cy.zoom() > 1.4) cy.zoom(1.4).center(way);
      nameNodes();
    },

    zoomBy(factor) {
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
    },

    png: () => cy.png({ output: "blob-promise", bg: palette().card, full: false, scale: 2 }),

    /** The whole drawing as the text of an SVG file. */
    svg() {
      const { of, ink, card, soft } = palette();
      const box = cy.elements().boundingBox();
      const root = s("svg", { viewBox: [box.x1 - 60, box.y1 - 20, box.w + 120, box.h + 50].map(Math.round).join(" "), "font-family": "sans-serif" });
      root.append(s("rect", { x: Math.round(box.x1 - 60), y: Math.round(box.y1 - 20), width: Math.round(box.w + 120), height: Math.round(box.h + 50), fill: card }));
      root.append(s("g", { stroke: soft, "stroke-width": 1.2, "stroke-opacity": 0.45 }, cy.edges().map((edge) => {
        const [a, b] = [edge.source().position(), edge.target().position()];
        return s("line", { x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1) });
      })));
      root.append(s("g", null, cy.nodes().map((node) => {
        const { x, y } = node.position();
        return s("path", { d: shapePath(node.data("kind"), node.data("size") / 2, x, y), fill: of(node.data("kind")) }, s("title", null, node.data("name")));
      })));
      root.append(s("g", { fill: ink, "font-size": FONT, "text-anchor": "middle" }, cy.nodes(".named").map((node) => {
        const { x, y } = node.position();
        return s("text", { x: x.toFixed(1), y: (y + node.data("size") / 2 + FONT).toFixed(1) }, node.data("short"));
      })));
      return new XMLSerializer().serializeToString(root);
    },
  };
}
