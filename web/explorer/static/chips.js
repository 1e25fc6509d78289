// What is chosen, each part with a button that lets go of it; and what to let go of where nothing is found.
import { h } from "./dom.js";
import { changed, toggled } from "./selection.js";
import { fr, keyOf } from "./words.js";

const nothing = (selection) => changed(selection, { search: "", values: {} });

/** The parts of a selection: `{ one, label, offer, rest }`, `rest` being the selection without it. */
function partsOf(selection, chosen) {
  const { search } = selection;
  const words = {
    one: fr`Mots`,
    label: search,
    offer: fr`Chercher sans « ${search} »`,
    rest: changed(selection, { search: "" }),
  };
  const values = chosen.map(({ field, one, value, label }) => {
    return { one, label, offer: fr`Retirer « ${label} »`, rest: toggled(selection, field, value) };
  });
  return search ? [words, ...values] : values;
}

/** The chosen words and values; `go(selection)` follows a click. */
export function chips(selection, chosen, go) {
  const parts = partsOf(selection, chosen);
  if (!parts.length) return null;
  const chip = ({ one, label, rest }) => {
    const words = [h("span", { class: "hidden" }, fr`Retirer `), fr`${one} : `, h("b", { dir: "auto" }, label)];
    const cross = h("span", { "aria-hidden": "true" }, " ✕");
    return h("li", null, h("button", { type: "button", class: "chip", onclick: () => go(rest) }, words, cross));
  };
  return [
    h("ul", { "aria-label": fr`Ce qui est choisi` }, parts.map(chip)),
    parts.length > 1 &&
      h("button", { type: "button", class: "quiet", onclick: () => go(nothing(selection)) }, fr`Tout effacer`),
  ];
}

/** In place of an empty list: why it is empty, and what would make it larger. */
export function emptyState(selection, chosen, unknownValues, go) {
  const parts = partsOf(selection, chosen);
  const loosen = ({ offer, rest }) =>
    h("li", null, h("button", { type: "button", class: "quiet", onclick: () => go(rest) }, offer));
  return h(
    "div",
    { class: "empty" },
    unknownValues.map(({ value, closeTo }) =>
      h(
        "p",
        null,
        h("b", null, fr`« ${keyOf(value)} » n'est pas dans les données.`),
        closeTo && fr` Peut-être « ${closeTo} » ?`,
      ),
    ),
    unknownValues.length === 0 &&
      h("p", null, parts.length > 1 ? fr`Aucune fiche ne réunit tout cela.` : fr`Aucune fiche ne le contient.`),
    parts.length > 0 && [h("p", null, fr`Pour élargir :`), h("ul", null, parts.map(loosen))],
    parts.length > 1 &&
      h("button", { type: "button", onclick: () => go(nothing(selection)) }, fr`Voir toutes les actions`),
  );
}
