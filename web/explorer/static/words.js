// The French of the pages: typography, numbers, and the names and addresses of nodes.
import { labelOf } from "../shared/nodes.js";
import { KINDS } from "../shared/tables.js";

const THIN = "\u202f";

function typeset(text) {
  return text
    .replaceAll("'", "’")
    .replace(/ ([;:!?»%])/g, `${THIN}$1`)
    .replace(/« /g, `«${THIN}`);
}

/** Our own sentence with French spaces and apostrophes; the values put into it stay as they are. */
export function fr(parts, ...values) {
  return parts.map((part, i) => typeset(part) + (i < values.length ? String(values[i]) : "")).join("");
}

const whole = new Intl.NumberFormat("fr-FR");
const rough = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeStyle: "short" });
const share = new Intl.NumberFormat("fr-FR", { style: "percent", maximumFractionDigits: 0 });

export const number = (n) => whole.format(n);
export const decimal = (n) => rough.format(n);
export const percent = (n) => share.format(n);

/** A time of the API where the reader is: « 27 novembre 2026 à 19:30 ». */
export const moment = (at) => day.format(new Date(at));

/** « 1 action », « 16 actions », « aucune action » is for the caller to say. In French 0 and 1 are singular. */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${Math.abs(n) < 2 ? one : many}`;

/** « 2 mots-clés ». */
export const countOf = (n, kind) => count(n, KINDS[kind].one, KINDS[kind].many);

/** « a, b et c ». */
export function enumerate(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} et ${words.at(-1)}`;
}

/** The kind that an id names: "keyword" of "keyword:culture". */
export const kindOf = (id) => id.slice(0, id.indexOf(":"));

/** The rest of an id: "culture" of "keyword:culture"; what has no kind stays whole. */
export const keyOf = (id) => id.slice(id.indexOf(":") + 1);

/** What a node is called. */
export const nameOf = (node) => labelOf(node) ?? node.id;

/** The paths of the pages by kind; bodies, which texts name, are no kind of the graph's nodes. */
const PATHS = {
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, { path }]) => [kind, path])),
  body: "organismes",
};

/** The address of a node's page. */
export const addressOf = (id) => `/${PATHS[kindOf(id)]}/${encodeURIComponent(keyOf(id))}`;

/** The address of the list of the actions that a concept or a centre has. */
export const listOf = (id) => `/?${KINDS[kindOf(id)].parameter}=${encodeURIComponent(keyOf(id))}`;

/** The address of the drawing of what surrounds a node. */
export const drawingOf = (id) => `/graphe?autour=${encodeURIComponent(id)}`;

/** The address of an action's sheet as it was in a revision. */
export const revisionOf = (id, revision) => `${addressOf(id)}?revision=${revision}`;

/** The revision that an address asks for, or null. */
export function revisionIn(search) {
  const asked = new URLSearchParams(search).get("revision") ?? "";
  return /^[1-9][0-9]{0,8}$/.test(asked) ? Number(asked) : null;
}

/** The id of the node that an address names, or null. */
export function idOf(pathname) {
  const [, path, key, ...rest] = pathname.split("/");
  const kind = rest.length === 0 && Object.keys(PATHS).find((name) => PATHS[name] === path);
  try {
    return kind && key ? `${kind}:${decodeURIComponent(key)}` : null;
  } catch {
    return null;
  }
}
