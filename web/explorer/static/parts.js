// Parts that several pages show.
import { Failure } from "./api.js";
import { h, put, s } from "./dom.js";
import { count, fr, kindOf, KINDS, nameOf, addressOf, shorten } from "./words.js";
import { shapePath } from "./shapes.js";

/** Sets the title of the window. */
export function entitle(title) {
  document.title = fr`${shorten(title, 80)} – Maillage`;
}

/** The sign of a kind: its colour and its shape, as in the drawings. */
export function sign(kind) {
  return s("svg", { class: `sign kind-${kind}`, viewBox: "-12 -12 24 24", width: 14, height: 14, "aria-hidden": "true" }, s("path", { d: shapePath(kind, 10) }));
}

/** A link to a node's page, with the sign of its kind; `actionCount` is shown where it is known. */
export function nodeLink(node, { tally, title } = {}) {
  const kind = kindOf(node.id);
  return h(
    "a",
    { class: "tag", href: addressOf(node.id), title: title ?? KINDS[kind].title },
    sign(kind),
    h("span", { dir: "auto" }, nameOf(node)),
    tally !== undefined && h("span", { class: "tally" }, h("span", { class: "hidden" }, " : "), String(tally), h("span", { class: "hidden" }, tally > 1 ? " actions" : " action")),
  );
}

/** A list of such links. */
export const nodeLinks = (nodes, tallyOf) => h("ul", { class: "tags" }, nodes.map((node) => h("li", null, nodeLink(node, { tally: tallyOf?.(node) }))));

/** An action in a list: its title, where and when, its keywords; `found` are the highlights of a search. */
export function actionCard(action, found = [], level = "h2") {
  return h(
    "article",
    { class: "card" },
    h(level, { class: "card-title" }, h("a", { href: addressOf(action.id), dir: "auto" }, action.title)),
    h(
      "p",
      { class: "where" },
      h("span", { class: "year" }, action.year ?? fr`année inconnue`),
      h("a", { href: addressOf(action.structure.id), dir: "auto" }, action.structure.name),
      action.department && h("span", { dir: "auto" }, action.department.label),
      action.statusLabel && h("span", { class: "status" }, action.statusLabel),
    ),
    found.length ? excerpts(found) : action.summary && h("p", { class: "summary", dir: "auto" }, shorten(action.summary.replace(/\s+/g, " "), 220)),
    action.keywords?.length > 0 && nodeLinks(action.keywords),
  );
}

function excerpts(found) {
  const best = found.filter(({ field }) => field !== "title").slice(0, 2);
  return best.map(({ fragments }) =>
    h("p", { class: "summary", dir: "auto" }, fragments.slice(0, 1).map(({ before, text, after }) => ["… ", before, h("mark", null, text), after, " …"])),
  );
}

/** A sentence on what went wrong, and a button to try again. */
export function failure(error, retry) {
  if (!(error instanceof Failure)) console.error(error);
  const sentence = error instanceof Failure ? error.message : fr`La page a rencontré un défaut. Rechargez-la.`;
  return h("div", { class: "failure", role: "alert" }, h("p", null, sentence), h("button", { type: "button", onclick: retry }, fr`Réessayer`));
}

/** Fills `place` with what `job()` resolves to; meanwhile says so, and tells a failure with a retry. */
export async function fillWith(place, job, waiting = fr`Lecture des données…`) {
  place.setAttribute("aria-busy", "true");
  put(place, h("p", { class: "waiting", role: "status" }, waiting));
  try {
    put(place, await job());
  } catch (error) {
    put(place, failure(error, () => fillWith(place, job, waiting)));
  }
  place.removeAttribute("aria-busy");
}

/** A part of a page with its heading, filled later by `job`. */
export function section(title, job, waiting) {
  const body = h("div");
  const part = h("section", { class: "part" }, h("h2", null, title), body);
  fillWith(body, job, waiting);
  return part;
}

/** The page for what does not exist. */
export function missing(sentence) {
  entitle(fr`Page introuvable`);
  return h(
    "div",
    { class: "reading" },
    h("h1", null, fr`Page introuvable`),
    h("p", null, sentence ?? fr`Aucune page ne répond à cette adresse.`),
    h("p", null, h("a", { href: "/" }, fr`Voir toutes les actions`)),
  );
}

/** The reason in a sentence: « 2 mots-clés en commun : Mixité sociale, intergénérationnel ». */
export function reasonSentence(nodes) {
  const byKind = Map.groupBy ? Map.groupBy(nodes, ({ id }) => kindOf(id)) : group(nodes);
  return [...byKind].map(([kind, shared]) => fr`${count(shared.length, KINDS[kind].one, KINDS[kind].many)} en commun : ${shared.map(nameOf).join(", ")}`).join(" ; ");
}

function group(nodes) {
  const groups = new Map();
  for (const node of nodes) groups.set(kindOf(node.id), [...(groups.get(kindOf(node.id)) ?? []), node]);
  return groups;
}
