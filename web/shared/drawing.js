// The interactive drawing of a graph: Cytoscape, laid out by d3-force, with labels that do not overlap.
import cytoscape from "/vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs";
import { GAP, LINE, placeLabels, wrapped } from "./labels.js";
import { filling, forceLayout } from "./layout.js";
import { shorten } from "./nodes.js";
import { shapePoints } from "./shapes.js";
import { KINDS } from "./tables.js";
import { onThemeChange, palette } from "./theme.js";

/** The size of letters in a drawing that is not zoomed. */
export const FONT = 12.5;
/** Up to this number of nodes labels keep off the nodes; above it the drawing needs more paper. */
export const FEW = 300;
const LABEL_LETTERS = 48;
const LABEL_EMS = 10;
const LARGEST_ZOOM = 1.4;
const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));

/**
 * A drawing in `container`: `show` lays a graph out, `focus` lets one node and its neighbours stand out.
 *
 * Nodes are `{ id, kind, label }`, edges `{ source, target }`. `steady` is for few nodes: they fill the container and
 * keep their size while zooming spreads them. Else all grows together. `shaped` gives each kind a shape of its own.
 * `onChoose(id or null)` is called on a click, `onExpand(id)` on a double click.
 */
export class Drawing {
  constructor(container, { steady = false, shaped = false, onChoose, onExpand = (_id) => {} }) {
    this.container = container;
    this.steady = steady;
    this.shaped = shaped;
    /** What is written beside nodes now: `{ lines, place }` by node. */
    this.labels = new Map();
    this.places = new Map();
    this.unit = 1; // the length, in the drawing, that stands for a pixel of the sizes here
    this.moved = false; // by the reader, who then does not want the drawing to move under their hand
    this.timer = 0;
    this.working = new AbortController();
    this.closing = new AbortController();
    this.cy = cytoscape({
      container,
      style: this.styles(),
      layout: { name: "preset" },
      minZoom: steady ? 0.3 : 0.03,
      maxZoom: steady ? 20 : 4,
      autounselectify: true,
      textureOnViewport: !steady,
    });
    this.listen(onChoose, onExpand);
  }

  listen(onChoose, onExpand) {
    const { cy, closing } = this;
    const later = () => {
      clearTimeout(this.timer);
      // Where sizes depend on the zoom they follow it at once; else labels wait until the view is still.
      this.timer = setTimeout(() => this.refresh(), this.steady ? 0 : 120);
    };
    cy.on("tap", (event) => onChoose(event.target !== cy && event.target.isNode() ? event.target.id() : null));
    cy.on("dbltap", "node", (event) => onExpand(event.target.id()));
    cy.on("viewport resize dragfree", later);
    cy.on("scrollzoom pinchzoom dragpan grab", () => {
      this.moved = true;
    });
    const recolour = () => {
      cy.style(this.styles());
      this.refresh();
    };
    onThemeChange(recolour, closing.signal);
    const resized = new ResizeObserver(() => {
      cy.resize();
      if (this.steady && !this.moved) this.fit();
    });
    resized.observe(this.container);
    closing.signal.addEventListener("abort", () => resized.disconnect());
  }

  /** @returns {object[]} the style sheet, in the colours that the page has now */
  styles() {
    const { of, ink, card, soft, font } = palette(this.container);
    this.font = font;
    const pixels = (length) => () => length * this.unit;
    const size = (node) => node.data("size") * this.unit;
    const shapes = Object.keys(KINDS).filter((kind) => this.shaped && shapePoints(kind));
    return [
      {
        selector: "node",
        style: {
          "background-color": (node) => of(node.data("kind")),
          width: size,
          height: size,
          color: ink,
          "font-family": font,
          "text-wrap": "wrap",
          "text-outline-color": card,
          "border-width": pixels(1),
          "border-color": card,
        },
      },
      ...shapes.map((kind) => ({
        selector: `node[kind = "${kind}"]`,
        style: { shape: "polygon", "shape-polygon-points": shapePoints(kind) },
      })),
      {
        selector: "edge",
        style: {
          width: pixels(1.2),
          "line-color": soft,
          "line-opacity": this.steady ? 1 : 0.45,
          "curve-style": "haystack",
        },
      },
      { selector: "node.labelled", style: { "z-index": 10 } },
      { selector: ".faded", style: { opacity: 0.18 } },
      { selector: "node.way, node.focused", style: { "border-width": pixels(3), "border-color": ink } },
    ];
  }

  /** A node as Cytoscape takes it; its label is measured once, in the height of its letters. */
  element(node, position = { x: 0, y: 0 }) {
    return {
      group: "nodes",
      data: { ...node, size: 0, short: this.lines(shorten(node.label, LABEL_LETTERS)) },
      position,
    };
  }

  lines(text) {
    ruler.font = `100px ${this.font}`;
    return wrapped(text, LABEL_EMS, (line) => ruler.measureText(line).width / 100);
  }

  link({ source, target }) {
    return { group: "edges", data: { id: JSON.stringify([source, target]), source, target } };
  }

  sizeNodes() {
    const scale = this.steady ? 0.85 : 1;
    this.cy.nodes().forEach((node) => void node.data("size", scale * (14 + 4.8 * Math.sqrt(node.degree()))));
  }

  /** Draws everything anew; it never comes to an end where a newer drawing took its place. */
  async show(nodes, edges) {
    this.working.abort();
    this.working = new AbortController();
    const { signal } = this.working;
    const places = await forceLayout(nodes, edges, signal);
    const { cy } = this;
    const paper = nodes.length > FEW ? 2 : 1;
    const position = ({ id }) => ({ x: paper * places.get(id).x, y: paper * places.get(id).y });
    this.places = places;
    cy.batch(() => {
      cy.elements().remove();
      cy.add([...nodes.map((node) => this.element(node, position(node))), ...edges.map(this.link)]);
      this.sizeNodes();
    });
    this.fit();
  }

  /** Shows everything. */
  fit() {
    this.moved = false;
    if (this.steady) {
      const position = filling(this.places, this.cy.width(), this.cy.height());
      this.cy.reset();
      this.cy.nodes().positions((node) => position(node.id()));
    } else this.zoomTo(this.cy.elements(), 50);
    this.refresh();
  }

  /** Brings some elements into view, with a margin of so many pixels. */
  zoomTo(elements, margin) {
    this.cy.fit(elements, margin);
    if (this.cy.zoom() > LARGEST_ZOOM) this.cy.zoom(LARGEST_ZOOM).center(elements);
  }

  /** Shows one node and its neighbours, the rest faded; null shows everything again. */
  focus(id) {
    const { cy } = this;
    cy.elements().removeClass("faded way focused");
    const node = cy.getElementById(id ?? "");
    if (node.nonempty()) {
      cy.elements().not(node.closedNeighborhood()).addClass("faded");
      node.addClass("focused");
    }
    this.refresh();
  }

  /** Fits sizes and labels to the view as it is now. */
  refresh() {
    // Cytoscape tells of a resized container a moment later, when the drawing may be gone.
    if (this.cy.destroyed()) return;
    if (this.steady) {
      this.unit = 1 / this.cy.zoom();
      this.cy.style().update();
    }
    this.write();
  }

  /** Labels as many nodes as find room on the screen: the chosen one, those of the way, then the most linked. */
  write() {
    const { cy } = this;
    const zoom = cy.zoom();
    const font = this.steady ? 11 : Math.max(10, Math.min(15, FONT * Math.sqrt(zoom)));
    const rank = (node) => (node.hasClass("focused") ? 1e6 : node.hasClass("way") ? 1e5 : 0) + node.degree();
    const ranked = cy
      .nodes()
      .not(".faded")
      .toArray()
      .map((node) => ({ node, rank: rank(node) }));
    const items = ranked
      .sort((a, b) => b.rank - a.rank)
      .map(({ node }) => {
        const must = node.hasClass("focused");
        const { lines, width } = must ? this.lines(node.data("label")) : node.data("short");
        const radius = (node.data("size") * this.unit * zoom) / 2;
        return {
          ...node.renderedPosition(),
          radius,
          width: width * font,
          height: lines.length * LINE * font,
          node,
          lines,
          must,
        };
      });
    const places = placeLabels(items, { width: cy.width(), height: cy.height() }, items.length <= FEW);
    cy.batch(() => {
      cy.nodes(".labelled").removeClass("labelled").removeStyle();
      this.labels.clear();
      items.forEach(({ node, lines }, i) => {
        const place = places[i];
        if (!place) return;
        this.labels.set(node, { lines, place });
        node.addClass("labelled").style({
          label: lines.join("\n"),
          "font-size": font / zoom,
          "text-outline-width": 2.5 / zoom,
          "text-halign": ["left", "center", "right"][place.x + 1],
          "text-valign": ["top", "center", "bottom"][place.y + 1],
          "text-margin-x": (place.x * GAP) / zoom,
          "text-margin-y": (place.y * GAP) / zoom,
        });
      });
    });
  }

  destroy() {
    clearTimeout(this.timer);
    this.working.abort();
    this.closing.abort();
    this.cy.destroy();
  }
}
