// Parts that several pages show.
import { shorten } from "../shared/nodes.js";
import { shapePath } from "../shared/shapes.js";
import { KINDS } from "../shared/tables.js";
import { Failure } from "./api.js";
import { button, h, items, put, s } from "./dom.js";
import { addressOf, countOf, fr, kindOf, nameOf } from "./words.js";

/** Sets the title of the window. */
export function entitle(title) {
  document.title = fr`${shorten(title, 80)} – Maillage`;
}

/** The sign of a kind: its colour and its shape, as in the drawings. */
export function sign(kind) {
  return s(
    "svg",
    { class: `sign kind-${kind}`, viewBox: "-12 -12 24 24", width: 14, height: 14, "aria-hidden": "true" },
    s("path", { d: shapePath(kind, 10) }),
  );
}

/** A link to a node's page, with the sign of its kind; it may carry its `tally`, a number of actions. */
export function nodeLink(node) {
  const { tally } = node;
  const kind = kindOf(node.id);
  const hidden = (text) => h("span", { class: "hidden" }, text);
  const actions = tally > 1 ? " actions" : " action";
  return h(
    "a",
    { class: "tag", href: addressOf(node.id), title: KINDS[kind].title },
    sign(kind),
    h("span", { dir: "auto" }, nameOf(node)),
    tally !== undefined && h("span", { class: "tally" }, hidden(" : "), String(tally), hidden(actions)),
  );
}

/** A list of such links. */
export const nodeLinks = (nodes) => h("ul", { class: "tags" }, items(nodes, nodeLink));

/** A node's name as a plain link to its page. */
export const link = (node) => h("a", { href: addressOf(node.id), dir: "auto" }, nameOf(node));

/** A sentence that is not the page's main matter. */
export const note = (...words) => h("p", { class: "note" }, words);

/** Where what was found is older than the data, a sentence that says so. */
export const ofBefore = ({ asOf }, { position }) =>
  asOf !== position && note(fr`Calculé avant les derniers changements.`);

/** The year of a sheet, as lists show it. */
export const yearOf = ({ year }, unknown = "") => h("span", { class: "year" }, year ?? unknown);

/** An action in a list: its title, where and when, its keywords; `found` are the highlights of a search, and `by` says
 * by which words it was found. */
export function actionCard(action, found = [], level = "h2", by = null) {
  const summary = () => h("p", { class: "summary", dir: "auto" }, shorten(action.summary.replace(/\s+/g, " "), 220));
  return h(
    "article",
    { class: "card" },
    h(level, { class: "card-title" }, link(action)),
    h(
      "p",
      { class: "where" },
      yearOf(action, fr`année inconnue`),
      link(action.structure),
      action.department && h("span", { dir: "auto" }, action.department.label),
      action.statusLabel && h("span", { class: "status" }, action.statusLabel),
    ),
    found.length ? excerpts(found) : action.summary && summary(),
    by,
    action.keywords?.length > 0 && nodeLinks(action.keywords),
  );
}

function excerpts(found) {
  const best = found.filter(({ field }) => field !== "title").slice(0, 2);
  return best.map(({ fragments }) => h("p", { class: "summary", dir: "auto" }, excerpt(fragments)));
}

/** What surrounds the first match in a field, with the others that stand there marked too. */
function excerpt([first, ...others]) {
  // Places are counted in code points, as those of the API are.
  const shown = [...first.before, ...first.text, ...first.after];
  const begin = first.start - [...first.before].length;
  const parts = [];
  let at = 0;
  for (const { start, end } of [first, ...others].filter((match) => match.end <= begin + shown.length)) {
    const [from, to] = [start - begin, end - begin];
    parts.push(shown.slice(at, from).join(""), h("mark", null, shown.slice(from, to).join("")));
    at = to;
  }
  return ["… ", ...parts, shown.slice(at).join(""), " …"];
}

/** A sentence on what went wrong, and a button to try again. */
export function failure(error, retry) {
  if (!(error instanceof Failure)) console.error(error);
  const sentence = error instanceof Failure ? error.message : fr`La page a rencontré un défaut. Rechargez-la.`;
  return h("div", { class: "failure", role: "alert" }, h("p", null, sentence), button(fr`Réessayer`, retry));
}

/** Runs `job()` while `busy` shows that something is under way; a failure is told in `place`, with a retry. */
export async function attempt(busy, place, job) {
  busy.setAttribute("aria-busy", "true");
  try {
    await job();
  } catch (error) {
    put(
      place,
      failure(error, () => attempt(busy, place, job)),
    );
  }
  busy.removeAttribute("aria-busy");
}

/** Fills `place` with what `job()` resolves to, and meanwhile says so. */
export function fillWith(place, job) {
  return attempt(place, place, async () => {
    put(place, h("p", { class: "waiting", role: "status" }, fr`Lecture des données…`));
    put(place, await job());
  });
}

/** A part of a page with its heading. */
export const part = (title, ...content) => h("section", { class: "part" }, h("h2", null, title), content);

/** A part of a page that is filled later by `job`. */
export function laterPart(title, job) {
  const body = h("div");
  fillWith(body, job);
  return part(title, body);
}

/** The two columns of a page on one node. */
export const columns = (left, ...right) => h("div", { class: "columns two" }, left, h("div", null, right));

/** The way back to the list, above the title of a page. */
export const crumbs = (...rest) => h("p", { class: "crumbs" }, h("a", { href: "/" }, fr`Les actions`), " / ", rest);

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
  const byKind = new Map();
  for (const node of nodes) byKind.set(kindOf(node.id), [...(byKind.get(kindOf(node.id)) ?? []), node]);
  const sentence = ([kind, shared]) => fr`${countOf(shared.length, kind)} en commun : ${shared.map(nameOf).join(", ")}`;
  return [...byKind].map(sentence).join(" ; ");
}
