// The facets beside the list: how many actions each value would give.
import { h, put } from "./dom.js";
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
    const counted = new Map(facets.map((facet) => [facet.field, facet]));
    put(
      this.element,
      FACETS.map((facet) =>
        this.#facet(facet, selection, counted.get(facet.field), () => this.draw(selection, facets)),
      ),
    );
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
    return h(
      "details",
      {
        class: "facet",
        open: this.#open.get(field) || chosen.length > 0,
        ontoggle: (event) => this.#open.set(field, event.target.open),
      },
      h(
        "summary",
        { id: `facet-${field}` },
        title,
        chosen.length > 0 && h("span", { class: "dot" }, number(chosen.length)),
      ),
      h(
        "ul",
        null,
        shown.map((value) => this.#value(field, value, selection, chosen.includes(value.value))),
      ),
      hidden > 0 &&
        h(
          "button",
          { type: "button", class: "quiet", id: `more-${field}`, onclick: lengthen },
          fr`Voir ${hidden === 1 ? "l’autre" : `les ${number(hidden)} autres`}`,
        ),
      beyond > 0 && h("p", { class: "note" }, fr`Et ${number(beyond)} autres valeurs : cherchez-les par leur nom.`),
    );
  }

  #value(field, { value, label, count }, selection, checked) {
    const onchange = () => this.#go(toggled(selection, field, value));
    return h(
      "li",
      null,
      h(
        "label",
        null,
        h("input", { type: "checkbox", id: `value-${field}-${value}`, checked, onchange }),
        h("span", { class: "name", dir: "auto" }, label),
        h("span", { class: "tally" }, number(count)),
      ),
    );
  }
}
