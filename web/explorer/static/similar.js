// The actions that resemble one, by a measure that the reader chooses, and why.
import { ask, Latest } from "./api.js";
import { h, items, put } from "./dom.js";
import { attempt, link, part, reasonSentence, yearOf } from "./parts.js";
import { count, fr, percent } from "./words.js";

const MEASURES = {
  BALANCED: fr`Les liens rares et les mots`,
  JACCARD: fr`Part de ce qui est en commun`,
  OVERLAP: fr`En commun, rapporté à la plus courte`,
  COSINE: fr`Cosinus`,
  RARITY: fr`Ce qui est rare compte plus`,
  TEXT: fr`Les mots des fiches`,
};

const COMPARED = {
  KEYWORD: fr`les mots-clés`,
  PARTNER: fr`les partenaires`,
  PUBLIC: fr`les publics`,
  "KEYWORD PARTNER PUBLIC TERRITORY": fr`tout cela ensemble`,
};

const MOST_TERMS = 8; // the words that count most: a sheet may share thirty

/** The part of a page that shows them. */
export function similar({ id }) {
  const latest = new Latest();
  const none = fr`Aucune action ne lui ressemble de cette façon. Essayez une autre mesure.`;
  const list = h("div", { id: "similar" });
  const options = (table) => Object.entries(table).map(([value, label]) => h("option", { value }, label));
  const measure = h("select", { id: "measure", onchange: load }, options(MEASURES));
  const by = h("select", { id: "by", onchange: load }, options(COMPARED));

  function load() {
    by.disabled = measure.value === "TEXT" || measure.value === "BALANCED";
    const variables = { id, measure: measure.value, by: by.disabled ? null : by.value.split(" ") };
    return attempt(list, list, async () => {
      const { action } = await latest.run((signal) => ask("similar", variables, signal));
      put(list, answers(action.similar, none));
    });
  }

  load();
  const choices = [h("label", null, fr`Comparer `, by), " ", h("label", null, fr`mesure `, measure)];
  return part(fr`Actions semblables`, h("p", { class: "choices" }, choices), list);
}

/** The actions of a connection, each with its reasons; where there are none, the sentence `none`. */
export function answers({ edges, totalCount }, none) {
  const all = count(totalCount, "action");
  if (!edges.length) return h("p", { class: "empty", role: "status" }, none);
  const some = totalCount > edges.length ? fr`Les ${edges.length} plus proches, sur ${all}.` : fr`${all}.`;
  return [h("p", { class: "note", role: "status" }, some), h("ol", { class: "similar" }, items(edges, answer))];
}

function answer({ score, reasons, node }) {
  const nodes = reasons.flatMap((reason) => reason.node ?? []);
  const terms = reasons.flatMap(({ term }) => term ?? []).slice(0, MOST_TERMS);
  const meter = h("meter", { min: 0, max: 1, value: score, "aria-label": fr`Ressemblance` });
  return [
    link(node),
    h("span", { class: "where" }, yearOf(node), h("span", { dir: "auto" }, node.structure.name)),
    h(
      "p",
      { class: "reason" },
      nodes.length > 0 && reasonSentence(nodes),
      nodes.length > 0 && terms.length > 0 && fr` ; `,
      terms.length > 0 && fr`${nodes.length ? "mots" : "Mots"} et thèmes en commun : ${terms.join(", ")}`,
    ),
    h("span", { class: "score" }, meter, percent(score)),
  ];
}
