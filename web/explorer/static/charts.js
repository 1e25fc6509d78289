// What the figures are made of: pictures, cells of heat maps, tables.
import { h, s } from "./dom.js";
import { fr, number } from "./words.js";

/** The width of the names beside a heat map, and the side of its cells. */
export const NAME = 195;
export const CELL = 31;

/** A frame that scrolls where its content is wider than the page. */
const frame = (label, content) =>
  h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, content);

/** A picture with its description. */
export function picture(width, height, label, ...children) {
  const size = { viewBox: `0 0 ${width} ${height}`, width, height };
  return frame(label, s("svg", { class: "picture", ...size, role: "img", "aria-label": label }, children));
}

/** A table behind a picture: `head` are words, `rows` lists of words or elements. */
export function tableOf(title, head, rows) {
  const row = ([first, ...rest]) =>
    h(
      "tr",
      null,
      h("th", { scope: "row", dir: "auto" }, first),
      rest.map((value) => h("td", { dir: "auto" }, value)),
    );
  const heads = head.map((word) => h("th", { scope: "col", dir: "auto" }, word));
  const table = h("table", null, h("thead", null, h("tr", null, heads)), h("tbody", null, rows.map(row)));
  return h(
    "details",
    { class: "behind" },
    h("summary", null, fr`Le tableau : ${title}`),
    frame(fr`Tableau : ${title}`, table),
  );
}

/** The sentence above a picture. */
export const finding = (...words) => h("p", { class: "finding" }, words);

/** In place of a picture of nothing. */
export const nothing = (sentence) => h("p", { class: "empty" }, sentence);

/** Words in a picture; `anchor` is the side that stands at `x`. */
export const words = (x, y, text, anchor = "start", look = "") =>
  s("text", { x, y, "text-anchor": anchor, class: look || null }, text);

/** A cell of a heat map: the darker, the more; five steps, and the number in it. */
export function cell(x, y, value, most, title) {
  const step = value ? Math.max(1, Math.ceil((5 * value) / most)) : 0;
  return s(
    "g",
    null,
    s("title", null, title),
    s("rect", { class: `heat heat-${step}`, x: x + 1, y: y + 1, width: CELL - 2, height: CELL - 2, rx: 5 }),
    value > 0 && words(x + CELL / 2, y + CELL / 2 + 5, number(value), "middle", `heat-text heat-text-${step}`),
  );
}
