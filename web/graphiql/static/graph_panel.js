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

function colours(panel) {
  const css = getComputedStyle(panel);
  const variable = (name) => css.getPropertyValue(`--maillage-${name}`).trim();
  return { of: (kind) => variable(KINDS.includes(kind) ? kind : "other"), text: variable("text"), paper: variable("paper"), line: variable("line") };
}

function styleOf({ of, text, paper, line }) {
  return [
    {
      selector: "node",
      style: {
        "background-color": (node) => of(node.data("kind")),
        width: (node) => 14 + 5 * Math.sqrt(node.degree()),
        height: (node) => 14 + 5 * Math.sqrt(node.degree()),
        label: "data(short)",
        color: text,
        "font-family": "Roboto, sans-serif",
        "font-size": 11,
        "min-zoomed-font-size": 7,
        "text-wrap": "wrap",
        "text-max-width": 110,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-outline-color": paper,
        "text-outline-width": 2,
        "border-width": 1,
        "border-color": paper,
      },
    },
    { selector: "edge", style: { width: 1.2, "line-color": line, "curve-style": "straight" } },
    { selector: ".faded", style: { opacity: 0.15 } },
    { selector: "node.chosen", style: { label: "data(label)", "border-width": 3, "border-color": text, "z-index": 2 } },
  ];
}

const LABEL_LENGTH = 48;

function shorten(label) {
  const letters = [...label];
  return letters.length <= LABEL_LENGTH ? label : `${letters.slice(0, LABEL_LENGTH - 1).join("").trimEnd()}…`;
}

/** Draws `graph` in `container` and returns Cytoscape's instance; null once `signal` says to stop. */
async function draw(container, panel, graph, signal, onChoose) {
  const [{ default: cytoscape }, { forceLayout }] = await Promise.all([
    import("../vendor/cytoscape-3.34.4/cytoscape.esm.min.mjs"),
    import("./force_layout.js"),
  ]);
  const places = await forceLayout(graph.nodes, graph.edges, signal);
  if (!places) return null;
  const cy = cytoscape({
    container,
    elements: {
      nodes: graph.nodes.map((node) => ({ data: { ...node, short: shorten(node.label) }, position: places.get(node.id) })),
      edges: graph.edges.map(({ source, target }, i) => ({ data: { id: `edge ${i}`, source, target } })),
    },
    style: styleOf(colours(panel)),
    layout: { name: "preset", padding: 40 },
    minZoom: 0.02,
    maxZoom: 4,
    autounselectify: true,
    textureOnViewport: graph.nodes.length > 500,
  });
  // A handful of nodes would otherwise fill the panel, larger than life.
  if (cy.zoom() > 1.3) cy.zoom(1.3).center();
  cy.on("tap", (event) => {
    cy.elements().removeClass("faded chosen");
    const node = event.target !== cy && event.target.isNode() ? event.target : null;
    if (node) {
      cy.elements().not(node.closedNeighborhood()).addClass("faded");
      node.addClass("chosen");
    }
    onChoose(node && { ...node.data(), links: node.degree() });
  });
  return cy;
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
      (cy) => {
        if (!cy) return;
        drawn.current = cy;
        setProgress("drawn");
      },
      () => stop.signal.aborted || setProgress("failed"),
    );
    return () => {
      stop.abort();
      drawn.current?.destroy();
      drawn.current = null;
    };
  }, [graph]);

  React.useEffect(() => onThemeChange(() => drawn.current?.style(styleOf(colours(panel.current)))), []);

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
      h("button", { type: "button", className: "maillage-fit", onClick: () => drawn.current?.fit(undefined, 40) }, "Show all"),
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
