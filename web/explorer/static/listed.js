// What the pages of centres and of concepts have in common.
import { KINDS } from "../shared/tables.js";
import { ask } from "./api.js";
import { button, h, put } from "./dom.js";
import { actionCard, attempt, crumbs, sign } from "./parts.js";
import { count, countOf, drawingOf, fr, kindOf, listOf, nameOf } from "./words.js";

/** The head of the page: the node's name, how many actions it has, `more` about it. */
export function head(node, ...more) {
  const kind = kindOf(node.id);
  return h(
    "header",
    { class: "head" },
    crumbs(KINDS[kind].many),
    h("h1", { dir: "auto" }, sign(kind), nameOf(node)),
    h("p", { class: "where" }, count(node.actionCount, "action"), more),
    h(
      "p",
      { class: "tools" },
      h("a", { class: "button", href: listOf(node.id) }, fr`Chercher dans ces actions`),
      h("a", { class: "button", href: drawingOf(node.id) }, fr`Voir dans le graphe`),
    ),
  );
}

/** What two centres share, in a sentence. */
export function meetingOf(shared, names) {
  return h("p", { class: "reason" }, fr`${countOf(shared.length, "keyword")} en commun : ${names}.`);
}

/** The actions of a node, a page at a time: `read(data)` finds the next page in the answer to `query`. */
export function actionList(node, query, read) {
  const cards = ({ nodes }) => nodes.map((action) => actionCard(action, [], "h3"));
  const list = h("div", { class: "results" }, cards(node.actions));
  const more = h("div");
  const draw = ({ hasNextPage, endCursor }) =>
    put(more, hasNextPage && button(fr`Voir la suite`, () => next(endCursor)));
  const next = (after) =>
    attempt(more, more, async () => {
      const actions = read(await ask(query, { id: node.id, after }));
      const fresh = cards(actions);
      list.append(...fresh);
      fresh[0]?.querySelector("a").focus();
      draw(actions.pageInfo);
    });
  draw(node.actions.pageInfo);
  return h("section", { class: "list" }, h("h2", null, fr`Ses actions`), list, more);
}
