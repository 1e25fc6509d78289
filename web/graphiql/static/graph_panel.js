// The graph panel: the answer of the current tab, drawn beside its JSON.
import { tally } from "../shared/nodes.js";
import { KINDS } from "../shared/tables.js";
import { answerGraph } from "./answer_graph.js";

const { React, GraphiQL } = window;
const { useEditorContext, useExecutionContext } = GraphiQL.React;
const h = React.createElement;

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

const plural = (count, noun) => `${number.format(count)} ${noun}${count === 1 ? "" : "s"}`;

function Legend({ nodes }) {
  const item = ([kind, count]) => {
    const background = `var(--${kind in KINDS ? kind : "other"})`;
    const dot = h("span", { className: "maillage-dot", style: { background }, "aria-hidden": true });
    return h("li", { key: kind }, dot, `${kind} ${number.format(count)}`);
  };
  return h("ul", { className: "maillage-legend", "aria-label": "Kinds of node" }, [...tally(nodes)].map(item));
}

/** Draws `graph` in `container` until `signal`; gives the drawing. `onChoose` is told of each node clicked, or null. */
async function draw(container, { nodes, edges }, signal, onChoose) {
  const { Drawing, FEW } = await import("../shared/drawing.js");
  if (signal.aborted) return null;
  const drawing = new Drawing(container, {
    steady: nodes.length <= FEW,
    onChoose(id) {
      drawing.focus(id);
      const links = edges.filter(({ source, target }) => source === id || target === id).length;
      onChoose(id === null ? null : { ...nodes.find((node) => node.id === id), links });
    },
  });
  signal.addEventListener("abort", () => drawing.destroy());
  await drawing.show(nodes, edges);
  return drawing;
}

/** The drawing of `graph` in `container`: `{ drawing, chosen, progress }`, "drawing", "drawn" or "failed". */
function useDrawing(container, graph) {
  const [drawing, setDrawing] = React.useState(null);
  const [chosen, setChosen] = React.useState(null);
  const [progress, setProgress] = React.useState("drawing");
  React.useEffect(() => {
    const stop = new AbortController();
    setChosen(null);
    setProgress("drawing");
    draw(container.current, graph, stop.signal, setChosen).then(
      (drawn) => {
        if (!drawn) return;
        setDrawing(drawn);
        setProgress("drawn");
      },
      () => stop.signal.aborted || setProgress("failed"),
    );
    return () => stop.abort();
  }, [graph]);
  return { drawing, chosen, progress };
}

/** What is said below the drawing. */
function sentence(progress, chosen, count) {
  if (progress === "drawing") return `Drawing ${count}…`;
  if (progress === "failed")
    return "The graph could not be drawn: its library did not load. Reload the page to try again.";
  if (!chosen) return `${count}. Click a node to see what it is linked to; scroll to zoom, drag to move.`;
  const label = h("strong", { key: "label" }, chosen.label);
  return [label, ` · ${plural(chosen.links, "link")} · `, h("code", { key: "id" }, chosen.id)];
}

function DrawnGraph({ graph }) {
  const container = React.useRef(null);
  const { drawing, chosen, progress } = useDrawing(container, graph);
  const { nodes, edges, total } = graph;
  const count = `${plural(nodes.length, "node")}, ${plural(edges.length, "link")}`;
  const some = `${number.format(nodes.length)} of the ${number.format(total)} nodes are drawn`;
  const showAll = () => drawing.fit();
  return h(
    "div",
    { className: "maillage-drawing" },
    h(Legend, { nodes }),
    total > nodes.length &&
      h("p", { className: "maillage-note", role: "status" }, `${some}: the first ones of the answer.`),
    h("div", {
      className: "maillage-canvas",
      ref: container,
      role: "img",
      "aria-label": `The answer as a graph: ${count}`,
      "data-state": progress,
    }),
    h("p", { className: "maillage-foot", "aria-live": "polite" }, sentence(progress, chosen, count)),
    progress === "drawn" && h("button", { type: "button", className: "maillage-fit", onClick: showAll }, "Show all"),
  );
}

function content(graph, isFetching) {
  if (isFetching) return h("p", null, "Waiting for the answer…");
  if (!graph) return h("p", null, "Run a query: the objects of its answer are drawn here.");
  if (graph.total) return h(DrawnGraph, { graph });
  const id = () => h("code", null, "id");
  const advice = [". Add ", id(), " to the fields that you ask for, and they are drawn here."];
  return h("p", null, "The answer holds no object with an ", id(), ...advice);
}

function Graph() {
  const text = useAnswer();
  const { isFetching } = useExecutionContext({ nonNull: true });
  const graph = React.useMemo(() => readGraph(text), [text]);
  return h(
    "section",
    { className: "maillage-panel maillage-graph", "aria-label": "Graph" },
    h("h2", { className: "maillage-title" }, "Graph"),
    content(graph, isFetching),
  );
}

/** The panel as GraphiQL wants it. */
export function graphPlugin() {
  return { title: "Graph", icon: Icon, content: () => h(Graph) };
}
