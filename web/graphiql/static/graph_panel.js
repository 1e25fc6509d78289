// The graph panel: the answer of the current tab, drawn beside its JSON.
import { answerGraph } from "./answer_graph.js";

const { React, GraphiQL } = window;
const { useEditorContext, useExecutionContext } = GraphiQL.React;
const h = React.createElement;

const KINDS = "action structure department keyword partner public dimension initiator territory".split(" ");
const number = new Intl.NumberFormat("en");

function Icon(props) {
  return h(
    "svg",
    { viewBox: "0 0 24 24", height: "1em", fill: "none", stroke: "currentColor", strokeWidth: 1.5, ...props },
    h("path", { d: "M7.4 7.6 10 15.2M8.6 6.3l7.2 1.2M17.4 10l-4 5.4" }),
    h("circle", { cx: 6.2, cy: 5.8, r: 2.4 }),
    h("circle", { cx: 18.2, cy: 8, r: 2.4 }),
    h("circle", { cx: 11.6, cy: 17.8, r: 2.6 }),
  );
}

/** The text of the answer shown, whichever tab it belongs to. */
function useAnswer() {
  const { responseEditor } = useEditorContext({ nonNull: true });
  const [text, setText] = React.useState(() => responseEditor?.getValue() ?? "");
  React.useEffect(() => {
    if (!responseEditor) return undefined;
    const read = () => setText(responseEditor.getValue());
    read();
    responseEditor.on("change", read);
    return () => responseEditor.off("change", read);
  }, [responseEditor]);
  return text;
}

function readGraph(text) {
  try {
    return answerGraph(JSON.parse(text).data);
  } catch {
    return null; // GraphiQL also shows sentences there, for instance about variables that are not JSON
  }
}

/** The colours of the theme that the page has now: `{ kinds, other, text, paper, line }`. */
function colours(panel) {
  const css = getComputedStyle(panel);
  const colour = (name) => css.getPropertyValue(`--maillage-${name}`).trim();
  const kinds = new Map(KINDS.map((kind) => [kind, colour(kind)]));
  return { kinds, other: colour("other"), text: colour("text"), paper: colour("paper"), line: colour("line") };
}

const FEW = 300;
const FONT_PX = 11;
const LABEL_PX = 110;
const LABEL_GAP = 3;
const LABEL_LETTERS = 48;

/** The style of the drawing; `unit` is the length, in the drawing, that stands for a pixel of the sizes here. */
function styleOf(unit, few, { kinds, other, text, paper, line }) {
  const size = (node) => diameter(node) * unit * (few ? 1 : 0.6);
  return [
    {
      selector: "node",
      style: {
        "background-color": (node) => kinds.get(node.data("kind")) ?? other,
        width: size,
        height: size,
        color: text,
        "font-family": "Roboto, sans-serif",
        "font-size": FONT_PX * unit,
        "min-zoomed-font-size": 8,
        "text-wrap": "wrap",
        "text-max-width": LABEL_PX * unit,
        "text-outline-color": paper,
        "text-outline-width": 2 * unit,
        "border-width": unit,
        "border-color": paper,
      },
    },
    { selector: "edge", style: { width: 1.2 * unit, "line-color": line, "line-opacity": few ? 1 : 0.35, "curve-style": "haystack" } },
    { selector: "node.labelled", style: { label: "data(short)", "z-index": 1 } },
    ...PLACES.map(({ name, x, y }) => ({
      selector: `node.${name}`,
      style: {
        "text-halign": ["left", "center", "right"][x + 1],
        "text-valign": ["top", "center", "bottom"][y + 1],
        "text-margin-x": x * LABEL_GAP * unit,
        "text-margin-y": y * LABEL_GAP * unit,
      },
    })),
    { selector: ".faded", style: { opacity: 0.15 } },
    { selector: "node.chosen", style: { label: "data(label)", "border-width": 3 * unit, "border-color": text, "z-index": 2 } },
  ];
}

const diameter = (node) => 12 + 4 * Math.sqrt(node.degree());

function shorten(label) {
  const letters = [...label];
  return letters.length <= LABEL_LETTERS ? label : `${letters.slice(0, LABEL_LETTERS - 1).join("").trimEnd()}…`;
}

/** Where a label may stand beside its node, the best place first. */
const PLACES = [
  { name: "below", x: 0, y: 1 },
  { name: "above", x: 0, y: -1 },
  { name: "right", x: 1, y: 0 },
  { name: "left", x: -1, y: 0 },
];

/** The box `{ left, right, top, bottom }` that a node's label takes at one place, by a width typical of its letters. */
function labelBox(node, place, unit) {
  const length = [...node.data("short")].length * FONT_PX * 0.56;
  const width = Math.min(length, LABEL_PX) * unit;
  const height = Math.ceil(length / (LABEL_PX * 0.85)) * FONT_PX * 1.2 * unit;
  const reach = (diameter(node) / 2 + LABEL_GAP) * unit;
  const { x, y } = node.position();
  const [middleX, middleY] = [x + place.x * (reach + width / 2), y + place.y * (reach + height / 2)];
  return { left: middleX - width / 2, right: middleX + width / 2, top: middleY - height / 2, bottom: middleY + height / 2 };
}

function dotBox(node, unit) {
  const { x, y } = node.position();
  const radius = (diameter(node) / 2) * unit;
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/** Labels the nodes with the most links first, then each whose label covers no other label and, if few, no node. */
function chooseLabels(cy, unit) {
  const nodes = cy.nodes().toArray().sort((a, b) => b.degree() - a.degree());
  const taken = nodes.length <= FEW ? nodes.map((node) => dotBox(node, unit)) : [];
  const free = (box) =>
    taken.every((other) => box.right < other.left || other.right < box.left || box.bottom < other.top || other.bottom < box.top);
  const ground = { right: cy.width(), bottom: cy.height() };
  const inside = (box) => box.left >= 0 && box.top >= 0 && box.right <= ground.right && box.bottom <= ground.bottom;
  cy.batch(() => {
    for (const node of nodes) {
      const choices = PLACES.map((place) => ({ place, box: labelBox(node, place, unit) }));
      const choice = choices.find(({ box }) => inside(box) && free(box));
      if (choice) taken.push(choice.box);
      node.toggleClass("labelled", Boolean(choice));
      for (const { name } of PLACES) node.toggleClass(name, (choice?.place ?? PLACES[0]).name === name);
    }
  });
}

const MARGIN = { x: 64, top: 24, bottom: 52 };

/** Spreads the nodes over the container as it is now, at zoom 1. */
function spread(cy, places) {
  const [xs, ys] = [[...places.values()].map(({ x }) => x), [...places.values()].map(({ y }) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(1, cy.width() - 2 * MARGIN.x);
  const height = Math.max(1, cy.height() - MARGIN.top - MARGIN.bottom);
  // Not so far apart that a handful of nodes looks lost, nor so unlike the layout that its shape is.
  const [fitX, fitY] = [Math.min(2, width / Math.max(1, right - left)), Math.min(2, height / Math.max(1, bottom - top))];
  const [scaleX, scaleY] = [Math.min(fitX, 1.8 * fitY), Math.min(fitY, 1.8 * fitX)];
  cy.reset();
  cy.nodes().positions((node) => {
    const { x, y } = places.get(node.id());
    return {
      x: MARGIN.x + width / 2 + (x - (left + right) / 2) * scaleX,
      y: MARGIN.top + height / 2 + (y - (top + bottom) / 2) * scaleY,
    };
  });
}

/**
 * Draws `graph` in `container`; null once `signal` says to stop, else what can be done with the drawing:
 * `{ showAll, recolour, resize, destroy }`. `onChoose` is told of each node clicked, and null for the ground.
 */
async function draw(container, panel, graph, signal, onChoose) {
  const [{ default: cytoscape }, { forceLayout }] = await Promise.all([
    import("../vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs"),
    import("./force_layout.js"),
  ]);
  const places = await forceLayout(graph.nodes, graph.edges, signal);
  if (!places) return null;
  const few = graph.nodes.length <= FEW;
  const cy = cytoscape({
    container,
    elements: {
      nodes: graph.nodes.map((node) => ({ data: { ...node, short: shorten(node.label) } })),
      edges: graph.edges.map(({ source, target }, i) => ({ data: { id: `edge ${i}`, source, target } })),
    },
    layout: { name: "preset" },
    minZoom: 0.3,
    maxZoom: 20,
    autounselectify: true,
    textureOnViewport: !few,
    hideEdgesOnViewport: !few,
  });

  // Where the nodes are few, they and their labels keep their size while zooming spreads them. Where they are many
  // that would be slow: there all grows together, from dots, and labels show once they are large enough to be read.
  const unitNow = () => (few ? 1 / cy.zoom() : Math.min(1, Math.sqrt((cy.width() * cy.height()) / graph.nodes.length) / 40));
  let unit = 1;
  const restyle = () => cy.style(styleOf(unit, few, colours(panel)));
  const refresh = () => {
    unit = unitNow();
    restyle();
    chooseLabels(cy, unit);
  };

  let frame = 0;
  let stretched = false; // by the reader, who then does not want the drawing to move under their hand
  const showAll = () => {
    stretched = false;
    spread(cy, places);
    refresh();
  };
  showAll();
  if (few) {
    cy.on("zoom", () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(refresh);
    });
  }
  cy.on("scrollzoom pinchzoom dragpan grab", () => {
    stretched = true;
  });
  cy.on("free", () => chooseLabels(cy, unit));
  cy.on("tap", (event) => {
    cy.elements().removeClass("faded chosen");
    const node = event.target !== cy && event.target.isNode() ? event.target : null;
    if (node) {
      cy.elements().not(node.closedNeighborhood()).addClass("faded");
      node.addClass("chosen");
    }
    onChoose(node && { ...node.data(), links: node.degree() });
  });
  return {
    showAll,
    recolour: restyle,
    resize() {
      cy.resize();
      if (!stretched) showAll();
    },
    destroy() {
      cancelAnimationFrame(frame);
      cy.destroy();
    },
  };
}

/** Calls `react` whenever the page turns light or dark, by GraphiQL's setting or by the system's. */
function onThemeChange(react) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const body = new MutationObserver(react);
  system.addEventListener("change", react);
  body.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return () => {
    system.removeEventListener("change", react);
    body.disconnect();
  };
}

const plural = (count, noun) => `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;

function Legend({ nodes }) {
  const counts = new Map();
  for (const { kind } of nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts.keys()].sort((a, b) => (KINDS.indexOf(a) + 1 || 99) - (KINDS.indexOf(b) + 1 || 99));
  return h(
    "ul",
    { className: "maillage-legend", "aria-label": "Kinds of node" },
    kinds.map((kind) =>
      h(
        "li",
        { key: kind },
        h("span", { className: `maillage-dot maillage-${KINDS.includes(kind) ? kind : "other"}`, "aria-hidden": true }),
        `${kind} ${number.format(counts.get(kind))}`,
      ),
    ),
  );
}

function Drawing({ graph }) {
  const panel = React.useRef(null);
  const container = React.useRef(null);
  const drawn = React.useRef(null);
  const [chosen, setChosen] = React.useState(null);
  const [progress, setProgress] = React.useState("drawing");

  React.useEffect(() => {
    const stop = new AbortController();
    setChosen(null);
    setProgress("drawing");
    draw(container.current, panel.current, graph, stop.signal, setChosen).then(
      (drawing) => {
        drawn.current = drawing;
        if (drawing) setProgress("drawn");
      },
      () => stop.signal.aborted || setProgress("failed"),
    );
    return () => {
      stop.abort();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [graph]);

  React.useEffect(() => onThemeChange(() => drawn.current?.recolour()), []);

  React.useEffect(() => {
    const resized = new ResizeObserver(() => drawn.current?.resize());
    resized.observe(container.current);
    return () => resized.disconnect();
  }, []);

  const count = `${plural(graph.nodes.length, "node")}, ${plural(graph.edges.length, "link")}`;
  return h(
    "div",
    { className: "maillage-drawing", ref: panel },
    h(Legend, { nodes: graph.nodes }),
    graph.total > graph.nodes.length &&
      h(
        "p",
        { className: "maillage-note", role: "status" },
        `${number.format(graph.nodes.length)} of the ${number.format(graph.total)} nodes are drawn: the first ones of the answer.`,
      ),
    h("div", {
      className: "maillage-canvas",
      ref: container,
      role: "img",
      "aria-label": `The answer as a graph: ${count}`,
      "data-state": progress,
    }),
    h(
      "p",
      { className: "maillage-foot", "aria-live": "polite" },
      progress === "drawing" && `Drawing ${count}…`,
      progress === "failed" && "The graph could not be drawn: its library did not load. Reload the page to try again.",
      progress === "drawn" &&
        (chosen
          ? [h("strong", { key: "label" }, chosen.label), ` · ${plural(chosen.links, "link")} · `, h("code", { key: "id" }, chosen.id)]
          : `${count}. Click a node to see what it is linked to; scroll to zoom, drag to move.`),
    ),
    progress === "drawn" &&
      h("button", { type: "button", className: "maillage-fit", onClick: () => drawn.current?.showAll() }, "Show all"),
  );
}

function Graph() {
  const text = useAnswer();
  const { isFetching } = useExecutionContext({ nonNull: true });
  const graph = React.useMemo(() => readGraph(text), [text]);
  let body;
  if (isFetching) body = h("p", null, "Waiting for the answer…");
  else if (!graph) body = h("p", null, "Run a query: the objects of its answer are drawn here.");
  else if (graph.total === 0) {
    body = h("p", null, "The answer holds no object with an ", h("code", null, "id"), ". Add ", h("code", null, "id"), " to the fields that you ask for, and they are drawn here.");
  } else body = h(Drawing, { graph });
  return h("section", { className: "maillage-panel maillage-graph", "aria-label": "Graph" }, h("h2", { className: "maillage-title" }, "Graph"), body);
}

/** The panel as GraphiQL wants it. */
export function graphPlugin() {
  return { title: "Graph", icon: Icon, content: () => h(Graph) };
}
