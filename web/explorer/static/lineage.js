// What an action may go on from, and what may go on from it, with the words that say so.
import { ask } from "./api.js";
import { h, items } from "./dom.js";
import { quote } from "./mentions.js";
import { laterPart, link, note, yearOf } from "./parts.js";
import { fr, percent } from "./words.js";

const SIGNS = {
  SAME_TITLE: fr`Le même titre.`,
  NEAR_TITLE: fr`Presque le même titre.`,
  NAMES: fr`La seconde cite le titre de la première :`,
  SUBJECT: fr`La seconde parle du même sujet :`,
  CONTINUES: fr`La seconde dit qu'elle continue :`,
  ANNOUNCES: fr`La première annonce une suite :`,
};

/** The part of a page that shows them. */
export function otherYears({ id }) {
  return laterPart(fr`D'autres années`, async () => {
    const { earlier = [], later = [] } = (await ask("lineage", { id })).action?.lineage ?? {};
    if (!earlier.length && !later.length) return note(fr`Aucune autre année de cette action n'a été reconnue.`);
    return [
      list(fr`Avant`, earlier, "earlier"),
      list(fr`Après`, later, "later"),
      note(fr`Rapprochées par des règles, qui peuvent se tromper.`),
    ];
  });
}

const list = (title, candidates, id) =>
  candidates.length > 0 && [h("h3", null, title), h("ul", { class: "similar", id }, items(candidates, candidate))];

function candidate({ action, confidence, evidence }) {
  const meter = h("meter", { min: 0, max: 1, value: confidence, "aria-label": fr`Vraisemblance` });
  return [
    link(action),
    h("span", { class: "where" }, yearOf(action)),
    evidence.map((sign) => [h("p", { class: "reason" }, SIGNS[sign.sign]), sign.field && quote(sign)]),
    h("span", { class: "score" }, meter, percent(confidence)),
  ];
}
