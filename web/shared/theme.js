// The colours of the page, light or dark.
import { KINDS } from "./tables.js";

/** The colours and the font that `element` has now, from the custom properties of the page's style sheet. */
export function palette(element) {
  const css = getComputedStyle(element);
  const read = (name) => css.getPropertyValue(`--${name}`).trim();
  const of = (kind) => (kind in KINDS && read(kind)) || read("other");
  return { of, ink: read("ink"), card: read("card"), soft: read("soft"), accent: read("accent"), font: css.fontFamily };
}

/** Calls `react` whenever the page turns light or dark, by GraphiQL's setting or the system's, until `signal`. */
export function onThemeChange(react, signal) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", react, { signal });
  const body = new MutationObserver(react);
  body.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => body.disconnect());
}
