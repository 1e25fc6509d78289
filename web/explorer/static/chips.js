// What is chosen, each part with a button that lets go of it; and what to let go of where nothing is found.
import { button, h, items } from "./dom.js";
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
  const chip = ({ one, label, rest }) => {
    const words = [h("span", { class: "hidden" }, fr`Retirer `), fr`${one} : `, h("b", { dir: "auto" }, label)];
    const cross = h("span", { "aria-hidden": "true" }, " ✕");
    return button([words, cross], () => go(rest), { class: "chip" });
  };
  return [
    parts.length > 0 && h("ul", { "aria-label": fr`Ce qui est choisi` }, items(parts, chip)),
    parts.length > 1 && button(fr`Tout effacer`, () => go(nothing(selection)), { class: "quiet" }),
  ];
}

/** In place of an empty list: why it is empty, and what would make it larger. */
export function emptyState(selection, chosen, unknownValues, go) {
  const parts = partsOf(selection, chosen);
  const loosen = ({ offer, rest }) => button(offer, () => go(rest), { class: "quiet" });
  const unknown = ({ value, closeTo }) => {
    const sentence = h("b", null, fr`« ${keyOf(value)} » n'est pas dans les données.`);
    // A centre is told by its id where it was asked for by one; of other kinds a label is told.
    const close = closeTo?.startsWith("structure:") ? keyOf(closeTo) : closeTo;
    return h("p", null, sentence, close && fr` Peut-être « ${close} » ?`);
  };
  const nowhere = parts.length > 1 ? fr`Aucune fiche ne réunit tout cela.` : fr`Aucune fiche ne le contient.`;
  return h(
    "div",
    { class: "empty" },
    unknownValues.length ? unknownValues.map(unknown) : h("p", null, nowhere),
    parts.length > 0 && [h("p", null, fr`Pour élargir :`), h("ul", null, items(parts, loosen))],
    parts.length > 1 && button(fr`Voir toutes les actions`, () => go(nothing(selection))),
  );
}
