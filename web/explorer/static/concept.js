// One keyword, or another concept: its actions, and what stands beside it.
import { ask } from "./api.js";
import { h, items } from "./dom.js";
import { actionList, head, meetingOf } from "./listed.js";
import { columns, entitle, fillWith, link, missing, nodeLink, nodeLinks, ofBefore, part } from "./parts.js";
import { FACETS } from "./selection.js";
import { surroundings } from "./surroundings.js";
import { fr, kindOf, listOf, nameOf, number } from "./words.js";

export async function show(main, id) {
  await fillWith(main, async () => {
    const { node, meetings, dataset } = await ask("concept", { id });
    return node?.actions
      ? page(node, meetings.nodes, ofBefore(meetings, dataset))
      : missing(fr`Rien dans les données ne répond à cette adresse.`);
  });
}

function page(node, meetings, age) {
  entitle(nameOf(node));
  const spellings = node.alternativeLabels.join(fr` », « `);
  const { KEYWORD: near, ...beside } = besideOf(node);
  const nearTitle = kindOf(node.id) === "keyword" ? fr`Les mots-clés qui vont avec` : fr`Ses mots-clés`;
  const pairs = meetings.filter(({ shared }) => shared.some(({ id }) => id === node.id)).slice(0, 5);
  return [
    head(
      node,
      node.code && h("span", null, fr`code ${node.code}`),
      node.region && nodeLink(node.region),
      spellings && h("span", { dir: "auto" }, fr`aussi écrit « ${spellings} »`),
    ),
    columns(
      actionList(node, "concept", (data) => data.node.actions),
      placesOf(fr`Ses départements`, node.departments),
      placesOf(fr`Les départements voisins`, node.neighbours),
      near && part(nearTitle, surroundings(node, near)),
      Object.entries(beside).map(([field, values]) =>
        part(titleOf(field), (field === "YEAR" ? years : nodeLinks)(values, node)),
      ),
      pairs.length > 0 &&
        part(fr`Des centres qui pourraient en parler`, h("ul", { class: "similar" }, items(pairs, pairOf)), age),
    ),
  ];
}

/** Departments beside a place, each with how many actions it has; nothing where there are none. */
function placesOf(title, departments = []) {
  const counted = departments.map((department) => ({ ...department, tally: department.actionCount }));
  return counted.length > 0 && part(title, nodeLinks(counted));
}

/** What else the actions of a concept have, by facet: nodes with their `tally`, never the concept itself. */
function besideOf(node) {
  const beside = {};
  for (const { field, values } of node.actions.facets) {
    const others = values.filter(({ value, count }) => value !== node.id && count > 0);
    if (others.length) beside[field] = others.map(({ value, label, count }) => ({ id: value, label, tally: count }));
  }
  return beside;
}

const titleOf = (name) => FACETS.find(({ field }) => field === name)?.title;

const pairOf = ({ a, b, shared }) => [link(a), fr` et `, link(b), meetingOf(shared, shared.map(nameOf).join(", "))];

function years(values, node) {
  const year = ({ id, label, tally }) => {
    const href = `${listOf(node.id)}&annee=${encodeURIComponent(id)}`;
    return h("a", { class: "tag", href }, label, h("span", { class: "tally" }, number(tally)));
  };
  const newest = [...values].sort((a, b) => Number(b.id) - Number(a.id));
  return h("ul", { class: "tags" }, items(newest, year));
}
