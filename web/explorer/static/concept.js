// One keyword, or another concept: its actions, and what stands beside it.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { actionList, head, meetingOf } from "./listed.js";
import { columns, entitle, fillWith, link, missing, nodeLinks, part } from "./parts.js";
import { FACETS } from "./selection.js";
import { surroundings } from "./surroundings.js";
import { fr, kindOf, listOf, nameOf, number } from "./words.js";

export async function show(main, id) {
  await fillWith(main, async () => {
    const { node, meetings } = await ask("concept", { id });
    return node?.actions ? page(node, meetings) : missing(fr`Rien dans les données ne répond à cette adresse.`);
  });
}

function page(node, meetings) {
  entitle(nameOf(node));
  const spellings = node.alternativeLabels.join(fr` », « `);
  const beside = besideOf(node);
  const near = beside.get("KEYWORD");
  beside.delete("KEYWORD");
  const pairs = meetings.filter(({ shared }) => shared.some(({ id }) => id === node.id)).slice(0, 5);
  return [
    head(node, spellings && h("span", { dir: "auto" }, fr`aussi écrit « ${spellings} »`)),
    columns(
      actionList(node, "concept", (data) => data.node.actions),
      near &&
        part(
          kindOf(node.id) === "keyword" ? fr`Les mots-clés qui vont avec` : fr`Ses mots-clés`,
          surroundings(node, near),
        ),
      [...beside].map(([field, values]) =>
        part(titleOf(field), field === "YEAR" ? years(node, values) : nodeLinks(values)),
      ),
      pairs.length > 0 &&
        part(fr`Des centres qui pourraient en parler`, h("ul", { class: "similar" }, pairs.map(pairOf))),
    ),
  ];
}

/** What else the actions of a concept have, by facet: nodes with their `tally`, never the concept itself. */
function besideOf(node) {
  const others = ({ values }) => values.filter(({ value, count }) => value !== node.id && count > 0);
  const facets = node.actions.facets.map((facet) => [facet.field, others(facet)]);
  const nodes = ([field, values]) => [
    field,
    values.map(({ value, label, count }) => ({ id: value, label, tally: count })),
  ];
  return new Map(facets.filter(([, values]) => values.length).map(nodes));
}

const titleOf = (field) => FACETS.find((facet) => facet.field === field)?.title;

function pairOf({ a, b, shared }) {
  return h("li", null, link(a), fr` et `, link(b), meetingOf(shared, shared.map(nameOf).join(", ")));
}

function years(node, values) {
  const year = ({ id, label, tally }) => {
    const href = `${listOf(node.id)}&annee=${encodeURIComponent(id)}`;
    return h("li", null, h("a", { class: "tag", href }, label, h("span", { class: "tally" }, number(tally))));
  };
  const newest = [...values].sort((a, b) => Number(b.id) - Number(a.id));
  return h("ul", { class: "tags" }, newest.map(year));
}
