// The menu of examples: a click opens one in a tab of its own and runs it.
const { React, GraphiQL } = window;
const { useEditorContext, useExecutionContext } = GraphiQL.React;
const h = React.createElement;

/** What the query editor shows: the query under its title and description. */
export function textOf(example) {
  const comments = [example.title, example.description].filter(Boolean).map((line) => `# ${line}\n`);
  return `${comments.join("")}\n${example.query}\n`;
}

/** What the variables editor shows; "" where the example has none. */
export function variablesOf(example) {
  return Object.keys(example.variables).length ? JSON.stringify(example.variables, null, 2) : "";
}

function operationNameOf(query) {
  return /^\s*(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? null;
}

function Icon(props) {
  return h(
    "svg",
    { viewBox: "0 0 24 24", height: "1em", fill: "none", stroke: "currentColor", strokeWidth: 1.5, ...props },
    h("path", { d: "M9 6h12M9 12h12M9 18h12", strokeLinecap: "round" }),
    h("path", {
      d: "M3 4.2v3.6L6 6zM3 10.2v3.6L6 12zM3 16.2v3.6L6 18z",
      fill: "currentColor",
      strokeLinejoin: "round",
    }),
  );
}

/** Gives `open(example)`: shows it in a tab of its own and runs it; `ready` once GraphiQL has its editors. */
function useOpening(visit) {
  const editor = useEditorContext({ nonNull: true });
  const { run } = useExecutionContext({ nonNull: true });
  const [opening, setOpening] = React.useState(null);
  const { queryEditor, variableEditor, responseEditor, activeTabIndex } = editor;
  const ready = Boolean(queryEditor && variableEditor && responseEditor);

  // The new tab exists only once GraphiQL has rendered it; then it can be filled.
  React.useEffect(() => {
    if (!opening || activeTabIndex !== opening.tab) return;
    const { example } = opening;
    const [query, variables] = [textOf(example), variablesOf(example)];
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
    editor.updateActiveTabValues({ query, variables });
    editor.setOperationName(operationNameOf(example.query));
    setOpening(null);
    run();
  }, [opening, activeTabIndex]);

  React.useEffect(() => {
    if (!ready || !visit.runFirst) return;
    visit.runFirst = false;
    run();
  }, [ready]);

  // GraphiQL fills its editors while React computes the next tabs. From within a click React would compute these twice
  // when an answer arrives at the same moment, and the second time write the wrong text: hence outside of the click.
  const latest = React.useRef(editor);
  latest.current = editor;
  function open(example) {
    setTimeout(() => {
      const { tabs, activeTabIndex, addTab, changeTab } = latest.current;
      const already = tabs.findIndex((tab) => tab.query === textOf(example));
      if (already < 0) {
        setOpening({ example, tab: tabs.length });
        addTab();
      } else if (already !== activeTabIndex) changeTab(already);
    });
  }
  return { ready, open };
}

function Examples({ examples, visit }) {
  const { ready, open } = useOpening(visit);
  const item = (example) => {
    const properties = { type: "button", disabled: !ready, onClick: () => open(example), "data-example": example.name };
    const description = example.description && h("span", null, example.description);
    return h("li", { key: example.name }, h("button", properties, h("strong", null, example.title), description));
  };
  return h(
    "section",
    { className: "maillage-panel", "aria-label": "Examples" },
    h("h2", { className: "maillage-title" }, "Examples"),
    examples.length === 0 && h("p", null, "There is no example on this server."),
    h("ul", { className: "maillage-examples" }, examples.map(item)),
  );
}

/** The panel as GraphiQL wants it. `runFirst`: the first tab holds the first example and is run once it can be. */
export function examplesPlugin(examples, { runFirst }) {
  const visit = { runFirst: runFirst && examples.length > 0 };
  return { title: "Examples", icon: Icon, content: () => h(Examples, { examples, visit }) };
}
