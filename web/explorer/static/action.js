// One action: its whole sheet, its surroundings, and what resembles it.
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { entitle, failure, fillWith, missing, nodeLink, nodeLinks, reasonSentence } from "./parts.js";
import { surroundings } from "./surroundings.js";
import { addressOf, count, FIELDS, fr, percent } from "./words.js";

const MEASURES = {
  JACCARD: fr`Part de ce qui est en commun`,
  OVERLAP: fr`En commun, rapporté à la plus courte`,
  COSINE: fr`Cosinus`,
  RARITY: fr`Ce qui est rare compte plus`,
  TEXT: fr`Les mots des fiches`,
};

const COMPARED = {
  KEYWORD: { label: fr`les mots-clés`, by: ["KEYWORD"] },
  PARTNER: { label: fr`les partenaires`, by: ["PARTNER"] },
  PUBLIC: { label: fr`les publics`, by: ["PUBLIC"] },
  ALL: { label: fr`tout cela ensemble`, by: ["KEYWORD", "PARTNER", "PUBLIC", "TERRITORY"] },
};

export async function show(main, id) {
  await fillWith(main, async () => {
    const { action } = await ask("action", { id });
    if (!action) return missing(fr`Aucune action ne répond à cette adresse. Elle a peut-être été retirée des données.`);
    entitle(action.title);
    return sheet(action);
  });
}

function sheet(action) {
  const neighbours = [action.structure, ...action.keywords, ...action.partners, ...action.publics, action.dimension, action.territory, ...action.initiators].filter(Boolean);
  return [
    h(
      "header",
      { class: "head" },
      h("p", { class: "crumbs" }, h("a", { href: "/" }, fr`Les actions`), " / ", h("a", { href: addressOf(action.structure.id), dir: "auto" }, action.structure.name)),
      h("h1", { dir: "auto" }, action.title),
      h("p", { class: "where" }, h("span", { class: "year" }, action.year ?? fr`année inconnue`), nodeLink(action.department), action.statusLabel && h("span", { class: "status" }, action.statusLabel)),
      action.keywords.length ? nodeLinks(action.keywords) : h("p", { class: "note" }, fr`Cette fiche ne donne aucun mot-clé.`),
    ),
    h(
      "div",
      { class: "columns two" },
      h("div", { class: "reading" }, fields(action)),
      h(
        "div",
        null,
        similar(action),
        h("section", { class: "part" }, h("h2", null, fr`Dans le graphe`), surroundings(action, neighbours), h("p", null, h("a", { class: "button", href: `/graphe?autour=${encodeURIComponent(action.id)}` }, fr`Explorer autour de cette action`))),
        others(action),
      ),
    ),
  ];
}

function fields(action) {
  const empty = [];
  const row = (field, content) => {
    if (content === null) {
      empty.push(FIELDS[field]);
      return null;
    }
    return [h("dt", null, FIELDS[field]), h("dd", null, content)];
  };
  const text = (field, value) => row(field, value?.trim() ? h("div", { class: "typed", dir: "auto" }, value) : null);
  const links = (field, nodes) => row(field, nodes.length ? nodeLinks(nodes) : null);
  const one = (field, node) => links(field, node ? [node] : []);
  const rows = [
    text("summary", action.summary),
    text("experience", action.experience),
    text("description", action.description),
    text("resultTerritory", action.results.territory),
    text("resultCentre", action.results.centre),
    text("resultResidents", action.results.residents),
    text("limits", action.limits),
    text("perspectives", action.perspectives),
    one("structure", action.structure),
    text("status", action.statusLabel),
    action.endReason === null ? null : text("endReason", action.endReason),
    one("dimension", action.dimension),
    links("keywords", action.keywords),
    links("initiators", action.initiators),
    action.initiatorDetail === null ? null : text("initiatorDetail", action.initiatorDetail),
    one("territory", action.territory),
    links("publics", action.publics),
    links("partners", action.partners),
    text("resources", action.resources),
    text("people", action.people),
    row("files", action.files.length ? h("ul", null, action.files.map((name) => h("li", { dir: "auto" }, name))) : null),
  ];
  const { origin } = action;
  return [
    h("h2", null, fr`La fiche`),
    h("dl", { class: "sheet" }, rows),
    empty.length > 0 && h("p", { class: "note" }, fr`Laissé vide dans la fiche : ${empty.map((label) => `«\u202f${label}\u202f»`).join(", ")}.`),
    origin && h("p", { class: "note", id: "origin" }, fr`Source : `, h("span", { dir: "auto" }, origin.source), fr`, lignes ${origin.firstLine} à ${origin.lastLine}.`),
  ];
}

function similar(action) {
  const latest = new Latest();
  const list = h("div", { id: "similar" });
  const measure = h("select", { id: "measure", onchange: load }, Object.entries(MEASURES).map(([value, label]) => h("option", { value }, label)));
  const by = h("select", { id: "by", onchange: load }, Object.entries(COMPARED).map(([value, { label }]) => h("option", { value }, label)));

  async function load() {
    by.disabled = measure.value === "TEXT";
    list.setAttribute("aria-busy", "true");
    try {
      const data = await latest.run((signal) => ask("similar", { id: action.id, measure: measure.value, by: COMPARED[by.value].by }, signal));
      if (!data) return;
      put(list, answers(data.action.similar));
    } catch (error) {
      put(list, failure(error, load));
    }
    list.removeAttribute("aria-busy");
  }

  function answers({ edges, totalCount }) {
    if (!edges.length) return h("p", { class: "empty" }, fr`Aucune action ne lui ressemble de cette façon. Essayez une autre mesure.`);
    return [
      h("p", { class: "note", role: "status" }, totalCount > edges.length ? fr`Les ${edges.length} plus proches, sur ${count(totalCount, "action")}.` : fr`${count(totalCount, "action")}.`),
      h("ol", { class: "similar" }, edges.map(answer)),
    ];
  }

  function answer({ score, reasons, node }) {
    const nodes = reasons.filter((reason) => reason.node).map((reason) => reason.node);
    const terms = reasons.filter((reason) => reason.term).map((reason) => reason.term);
    return h(
      "li",
      null,
      h("a", { href: addressOf(node.id), dir: "auto" }, node.title),
      h("span", { class: "where" }, h("span", { class: "year" }, node.year ?? ""), h("span", { dir: "auto" }, node.structure.name)),
      h("p", { class: "reason" }, nodes.length > 0 && reasonSentence(nodes), terms.length > 0 && fr`Mots en commun : ${terms.join(", ")}`),
      h("span", { class: "score" }, h("meter", { min: 0, max: 1, value: score, "aria-label": fr`Ressemblance` }), percent(score)),
    );
  }

  load();
  return h(
    "section",
    { class: "part" },
    h("h2", null, fr`Actions semblables`),
    h("p", { class: "choices" }, h("label", null, fr`Comparer `, by), " ", h("label", null, fr`mesure `, measure)),
    list,
  );
}

function others(action) {
  const { actions } = action.structure;
  const rest = actions.nodes.filter(({ id }) => id !== action.id);
  return h(
    "section",
    { class: "part" },
    h("h2", null, fr`Du même centre`),
    rest.length
      ? h("ul", { class: "plain" }, rest.map((other) => h("li", null, h("a", { href: addressOf(other.id), dir: "auto" }, other.title), " ", h("span", { class: "year" }, other.year ?? ""))))
      : h("p", { class: "note" }, fr`C'est la seule action de ce centre dans les données.`),
    h("p", null, h("a", { href: addressOf(action.structure.id) }, actions.totalCount > 12 ? fr`Les ${count(actions.totalCount, "action")} et les voisins de ce centre` : fr`La page de ce centre`)),
  );
}
