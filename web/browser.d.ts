// What the vendored libraries give to the pages, as far as the checker of types must know it.

declare module "/vendor/*" {
  const library: any;
  export default library;
}

interface Window {
  React: any;
  ReactDOM: any;
  GraphiQL: any;
  GraphiQLPluginExplorer: any;
  d3: any;
}
