// Elements made from data. Text always becomes a text node: whatever a sheet holds is shown, never run.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(
    ...children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false && child !== ""),
  );
  return element;
}

/** An HTML element: `h("a", { href, onclick }, "text", element, [more])`. */
export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. */
export function s(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** A button that does `onclick`; `properties` are its others. */
export const button = (words, onclick, properties = {}) =>
  h("button", { type: "button", onclick, ...properties }, words);

/** The items of a list, each as `draw(value)` shows it. */
export const items = (values, draw) => values.map((value) => h("li", null, draw(value)));

/** Puts `children` in place of what `element` holds. */
export function put(element, ...children) {
  element.replaceChildren();
  return fill(element, null, children);
}
