// Mounts GraphiQL with three panels of ours or of its authors: the examples, the explorer, the graph.
import { post } from "../shared/asking.js";
import { examplesPlugin, textOf, variablesOf } from "./examples_panel.js";
import { graphPlugin } from "./graph_panel.js";

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = window;
const h = React.createElement;
const { endpoint, examples } = JSON.parse(document.getElementById("settings")?.textContent ?? "");

/** Sends a query; whatever comes back is an object that GraphiQL can show. */
async function fetcher(request, { headers = {} } = {}) {
  const failed = (message) => ({ errors: [{ message }] });
  let answer;
  try {
    const accept = "application/graphql-response+json, application/json;q=0.9";
    answer = await post(endpoint, { accept, ...headers }, request);
  } catch (error) {
    return failed(`The server did not answer (${/** @type {Error} */ (error).message}). Is it running? Try again.`);
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    const begins = answer.text.slice(0, 200);
    return failed(`The server answered ${answer.status} ${answer.statusText}, which is not JSON: ${begins}`);
  }
}

/** What an earlier visit left in this browser; null where it left nothing, or where nothing is kept at all. */
function stored(key) {
  try {
    return localStorage.getItem(`graphiql:${key}`);
  } catch {
    return null;
  }
}

/** Forgets the tabs of an earlier visit where they are not JSON: GraphiQL would show an empty page. */
function forgetBrokenTabs() {
  const tabs = stored("tabState");
  try {
    if (tabs !== null) JSON.parse(tabs);
  } catch {
    localStorage.removeItem("graphiql:tabState");
  }
}

/** Gives the panel on the left a third of the page, until the reader chooses another width. */
function widenPanel() {
  try {
    if (stored("docExplorerFlex") === null) localStorage.setItem("graphiql:docExplorerFlex", "0.5");
  } catch {
    // A browser that keeps nothing shows GraphiQL's own width.
  }
}

forgetBrokenTabs();
widenPanel();
const firstVisit = stored("tabState") === null;
const panelWasClosed = stored("docExplorerFlex") === "hide-first";
const first = examples[0];
const menu = examplesPlugin(examples, { runFirst: firstVisit });
const plugins = [menu, GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false }), graphPlugin()];
const visiblePlugin = panelWasClosed ? undefined : menu;

function Page() {
  // GraphiQL 4 keeps its panels closed unless a panel is chosen before its first rendering: so choose, then render.
  const [chosen, setChosen] = React.useState(false);
  React.useEffect(() => setChosen(true), []);
  if (!chosen) return h(GraphiQL.React.PluginContextProvider, { plugins, visiblePlugin });
  return h(
    GraphiQL,
    {
      fetcher,
      plugins,
      visiblePlugin,
      defaultQuery: first ? textOf(first) : undefined,
      variables: firstVisit && first ? variablesOf(first) : undefined,
      defaultEditorToolsVisibility: examples.some(variablesOf) ? "variables" : undefined,
    },
    h(GraphiQL.Logo, null, h("a", { href: "/", className: "maillage-home", title: "Back to Maillage" }, "Maillage")),
  );
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(h(Page));
