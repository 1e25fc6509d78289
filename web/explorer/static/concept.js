// One centre, one keyword, or another concept: its actions, and what stands beside it.
import { ask } from "./api.js";
import { h, put } from "./dom.js";
import { actionCard, entitle, failure, fillWith, missing, nodeLink, nodeLinks, sign } from "./parts.js";
import { surroundings } from "./surroundings.js";
import { FACETS } from "./selection.js";
import { addressOf, count, enumerate, fr, kindOf, KINDS, nameOf, number } from "./words.js";

export async function show(main, id) {
  const kind = kindOf(id);
  await fillWith(main, async () => {
    const data = await ask(kind === "structure" ? "structure" : "concept", { id });
    const node = data.structure ?? data.node;
    if (!node?.actions) return missing(fr`Rien dans les données ne répond à cette adresse.`);
    entitle(nameOf(node));
    return kind === "structure" ? centre(node) : concept(node, data.meetings);
  });
}

function head(node, ...more) {
  const kind = kindOf(node.id);
  const { parameter } = KINDS[kind];
  const key = encodeURIComponent(node.id.slice(kind.length + 1));
  return h(
    "header",
    { class: "head" },
    h("p", { class: "crumbs" }, h("a", { href: "/" }, fr`Les actions`), " / ", KINDS[kind].many),
    h("h1", { dir: "auto" }, sign(kind), nameOf(node)),
    h("p", { class: "where" }, count(node.actionCount, "action"), more),
    h("p", { class: "tools" }, h("a", { class: "button", href: `/?${parameter}=${key}` }, fr`Chercher dans ces actions`), h("a", { class: "button", href: `/graphe?autour=${encodeURIComponent(node.id)}` }, fr`Voir dans le graphe`)),
  );
}

function centre(node) {
  const words = node.keywords.edges.map(({ node: keyword, actionCount }) => ({ ...keyword, tally: actionCount }));
  return [
    head(node, nodeLink(node.department)),
    h(
      "div",
      { class: "columns two" },
      actionList(node, "structure"),
      h(
        "div",
        null,
        h("section", { class: "part" }, h("h2", null, fr`Ses mots-clés`), words.length ? nodeLinks(words, ({ tally }) => tally) : h("p", { class: "note" }, fr`Ses fiches n'en donnent aucun.`)),
        h(
          "section",
          { class: "part" },
          h("h2", null, fr`Centres à rencontrer`),
          node.meet.length
            ? h("ul", { class: "similar" }, node.meet.map((meeting) => h("li", null, h("a", { href: addressOf(meeting.b.id), dir: "auto" }, meeting.b.name), h("span", { class: "where" }, h("span", { dir: "auto" }, meeting.b.department.label)), meetingWords(meeting))))
            : h("p", { class: "note" }, fr`Aucun autre centre ne partage ses mots-clés.`),
        ),
        h("section", { class: "part" }, h("h2", null, fr`Autour de lui`), surroundings(node, words.slice(0, 14).map((word) => ({ ...word, actionCount: word.tally })))),
      ),
    ),
  ];
}

function meetingWords({ shared, aBrings, bBrings }) {
  const names = (nodes) => enumerate(nodes.slice(0, 6).map(nameOf));
  return [
    h("p", { class: "reason" }, fr`${count(shared.length, "mot-clé", "mots-clés")} en commun : ${names(shared)}.`),
    bBrings.length > 0 && h("p", { class: "reason" }, fr`Il pourrait apporter : ${names(bBrings)}.`),
    aBrings.length > 0 && h("p", { class: "reason" }, fr`Il pourrait recevoir : ${names(aBrings)}.`),
  ];
}

function concept(node, meetings) {
  const kind = kindOf(node.id);
  const beside = node.actions.facets.map((facet) => ({ ...facet, values: facet.values.filter(({ value, count: tally }) => value !== node.id && tally > 0) }));
  const near = beside.find(({ field }) => field === "KEYWORD").values.map(({ value, label, count: tally }) => ({ id: value, label, actionCount: tally }));
  const pairs = meetings.filter(({ shared }) => shared.some(({ id }) => id === node.id)).slice(0, 5);
  return [
    head(node, node.alternativeLabels.length > 0 && h("span", { dir: "auto" }, fr`aussi écrit « ${node.alternativeLabels.join(fr` », « `)} »`)),
    h(
      "div",
      { class: "columns two" },
      actionList(node, "concept"),
      h(
        "div",
        null,
        near.length > 0 && h("section", { class: "part" }, h("h2", null, kind === "keyword" ? fr`Les mots-clés qui vont avec` : fr`Ses mots-clés`), surroundings(node, near)),
        beside.filter(({ field, values }) => values.length && field !== "KEYWORD").map(({ field, values }) => h("section", { class: "part" }, h("h2", null, FACETS.find((facet) => facet.field === field).title), field === "YEAR" ? years(node, values) : nodeLinks(values.map(({ value, label, count: tally }) => ({ id: value, label, tally })), ({ tally }) => tally))),
        pairs.length > 0 &&
          h(
            "section",
            { class: "part" },
            h("h2", null, fr`Des centres qui pourraient en parler`),
            h("ul", { class: "similar" }, pairs.map(({ a, b, shared }) => h("li", null, h("a", { href: addressOf(a.id), dir: "auto" }, a.name), fr` et `, h("a", { href: addressOf(b.id), dir: "auto" }, b.name), h("p", { class: "reason" }, fr`${count(shared.length, "mot-clé", "mots-clés")} en commun : ${shared.map(nameOf).join(", ")}.`)))),
          ),
      ),
    ),
  ];
}

function years(node, values) {
  const kind = kindOf(node.id);
  const key = encodeURIComponent(node.id.slice(kind.length + 1));
  const sorted = [...values].sort((a, b) => Number(b.value) - Number(a.value));
  return h("ul", { class: "tags" }, sorted.map(({ value, label, count: tally }) => h("li", null, h("a", { class: "tag", href: `/?${KINDS[kind].parameter}=${key}&annee=${encodeURIComponent(value)}` }, label, h("span", { class: "tally" }, number(tally))))));
}

function actionList(node, query) {
  const list = h("div", { class: "results" }, node.actions.nodes.map((action) => actionCard(action, [], "h3")));
  const more = h("div");
  let { pageInfo } = node.actions;
  const next = async () => {
    more.setAttribute("aria-busy", "true");
    try {
      const data = await ask(query, { id: node.id, after: pageInfo.endCursor });
      const { actions } = data.structure ?? data.node;
      ({ pageInfo } = actions);
      const cards = actions.nodes.map((action) => actionCard(action, [], "h3"));
      list.append(...cards);
      cards[0]?.querySelector("a").focus();
      draw();
    } catch (error) {
      put(more, failure(error, next));
    }
    more.removeAttribute("aria-busy");
  };
  const draw = () => put(more, pageInfo.hasNextPage && h("button", { type: "button", onclick: next }, fr`Voir la suite`));
  draw();
  return h("section", { class: "list" }, h("h2", null, fr`Ses actions`), list, more);
}
