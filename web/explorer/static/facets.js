// The facets beside the list: how many actions each value would give.
import { button, h, items, put } from "./dom.js";
import { note } from "./parts.js";
import { FACETS, toggled } from "./selection.js";
import { fr, keyOf, number } from "./words.js";

const SHORT = 7;
const OPEN_AT_FIRST = 3;

/** The values of a facet as they are shown; what is chosen and not counted comes first. */
function valuesOf(chosen, counted) {
  const known = new Set(counted.map(({ value }) => value));
  const unknown = chosen.filter((value) => !known.has(value));
  return [...unknown.map((value) => ({ value, label: keyOf(value), count: 0 })), ...counted];
}

export class Facets {
  element = h("div", { class: "facets" });
  #open = new Map(FACETS.map(({ field }, i) => [field, i < OPEN_AT_FIRST]));
  #long = new Set();
  #go;

  /** `go(selection)` follows a choice. */
  constructor(go) {
    this.#go = go;
  }

  /** Shows the facets of an answer for a selection; the element that has the focus keeps it. */
  draw(selection, facets) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement?.id : null;
    const again = () => this.draw(selection, facets);
    const counted = new Map(facets.map((facet) => [facet.field, facet]));
    const drawn = FACETS.map((facet) => this.#facet(facet, selection, counted.get(facet.field), again));
    put(this.element, drawn);
    if (focused) document.getElementById(focused)?.focus();
  }

  #facet({ field, title }, selection, counted, again) {
    const chosen = selection.values[field] ?? [];
    const values = valuesOf(chosen, counted?.values ?? []);
    if (!values.length) return null;
    const long = this.#long.has(field);
    const shown = values.filter(({ value }, i) => long || i < SHORT || chosen.includes(value));
    const hidden = values.length - shown.length;
    const beyond = long ? counted.valueCount - counted.values.length : 0;
    const lengthen = () => {
      this.#long.add(field);
      again();
    };
    const others = fr`Voir ${hidden === 1 ? "l’autre" : `les ${number(hidden)} autres`}`;
    const dot = chosen.length > 0 && h("span", { class: "dot" }, number(chosen.length));
    const ontoggle = (event) => this.#open.set(field, event.target.open);
    return h(
      "details",
      { class: "facet", open: this.#open.get(field) || chosen.length > 0, ontoggle },
      h("summary", { id: `facet-${field}` }, title, dot),
      h(
        "ul",
        null,
        items(shown, (value) => this.#value(field, value, selection, chosen.includes(value.value))),
      ),
      hidden > 0 && button(others, lengthen, { class: "quiet", id: `more-${field}` }),
      beyond > 0 && note(fr`Et ${number(beyond)} autres valeurs : cherchez-les par leur nom.`),
    );
  }

  #value(field, { value, label, count }, selection, checked) {
    const onchange = () => this.#go(toggled(selection, field, value));
    return h(
      "label",
      null,
      h("input", { type: "checkbox", id: `value-${field}-${value}`, checked, onchange }),
      h("span", { class: "name", dir: "auto" }, label),
      h("span", { class: "tally" }, number(count)),
    );
  }
}
