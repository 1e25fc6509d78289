// The explorer's drawing: what unfolds a node, shows a way, flies to a node, and saves the picture.
import { Drawing, FONT } from "../shared/drawing.js";
import { GAP, LINE } from "../shared/labels.js";
import { shapePath } from "../shared/shapes.js";
import { palette } from "../shared/theme.js";
import { s } from "./dom.js";

const ON_A_RING = 14;

export class GraphDrawing extends Drawing {
  constructor(container, reactions) {
    super(container, { shaped: true, ...reactions });
  }

  styles() {
    const style = { width: 4, "line-color": palette(this.container).accent, "line-opacity": 1 };
    return [...super.styles(), { selector: "edge.way", style }];
  }

  /** Adds what is not drawn yet, in rings around one node that is; nothing else moves. */
  add(nodes, edges, around) {
    const { cy } = this;
    const isNew = ({ data }) => cy.getElementById(data.id).empty();
    const centre = cy.getElementById(around);
    const { x, y } = centre.nonempty() ? centre.position() : { x: 0, y: 0 };
    const fresh = nodes.map((node) => this.element(node)).filter(isNew);
    fresh.forEach((element, i) => {
      const turn = Math.floor(i / ON_A_RING);
      const radius = 110 + 55 * turn;
      const angle = (2 * Math.PI * (i % ON_A_RING)) / Math.min(ON_A_RING, fresh.length) + turn / 4;
      element.position = { x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) };
    });
    cy.batch(() => {
      cy.add(fresh);
      cy.add(edges.map(this.link).filter(isNew));
      this.sizeNodes();
    });
    this.write();
  }

  /** Brings a node to the middle. */
  flyTo(id) {
    const { cy } = this;
    const node = cy.getElementById(id);
    const zoom = Math.max(cy.zoom(), 0.9);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) cy.zoom(zoom).center(node);
    else cy.animate({ center: { eles: node }, zoom }, { duration: 350 });
  }

  /** Shows the way through these nodes, in order. */
  way(ids) {
    const { cy } = this;
    const nodes = ids.map((id) => cy.getElementById(id));
    const way = nodes.reduce(
      (all, node, i) => all.union(node).union(node.edgesWith(nodes[i - 1] ?? node)),
      cy.collection(),
    );
    cy.elements().removeClass("way focused").addClass("faded");
    way.removeClass("faded").addClass("way");
    this.zoomTo(way, 90);
    this.write();
  }

  zoomBy(factor) {
    const { cy } = this;
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  /** What is on the screen, as a picture. */
  png() {
    return this.cy.png({ output: "blob-promise", bg: palette(this.container).card, full: false, scale: 2 });
  }

  /** The whole drawing as the text of an SVG file. */
  svg() {
    const { of, ink, card, soft } = palette(this.container);
    const { x1, y1, w, h } = this.cy.elements().boundingBox();
    const [x, y, width, height] = [x1 - 60, y1 - 20, w + 120, h + 50].map(Math.round);
    const root = s(
      "svg",
      { viewBox: `${x} ${y} ${width} ${height}`, "font-family": "sans-serif" },
      s("rect", { x, y, width, height, fill: card }),
      s("g", { stroke: soft, "stroke-width": 1.2, "stroke-opacity": 0.45 }, this.cy.edges().map(svgEdge)),
      s(
        "g",
        null,
        this.cy.nodes().map((node) => svgNode(node, of(node.data("kind")))),
      ),
      s("g", { fill: ink, "font-size": FONT }, [...this.labels].map(svgLabel)),
    );
    return new XMLSerializer().serializeToString(root);
  }
}

function svgEdge(edge) {
  const [a, b] = [edge.source().position(), edge.target().position()];
  return s("line", { x1: a.x.toFixed(1), y1: a.y.toFixed(1), x2: b.x.toFixed(1), y2: b.y.toFixed(1) });
}

function svgNode(node, fill) {
  const { x, y } = node.position();
  const d = shapePath(node.data("kind"), node.data("size") / 2, x, y);
  return s("path", { d, fill }, s("title", null, node.data("label")));
}

function svgLabel([node, { lines, place }]) {
  const away = node.data("size") / 2 + GAP;
  const height = lines.length * LINE * FONT;
  const x = node.position("x") + place.x * away;
  const top = node.position("y") + place.y * (away + height / 2) - height / 2;
  const anchor = ["end", "middle", "start"][place.x + 1];
  return lines.map((line, i) =>
    s("text", { x: x.toFixed(1), y: (top + (i + 0.8) * LINE * FONT).toFixed(1), "text-anchor": anchor }, line),
  );
}
