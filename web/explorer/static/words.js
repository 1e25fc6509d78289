// The French of the pages: typography, numbers, and the names of things.

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
const share = new Intl.NumberFormat("fr-FR", { style: "percent", maximumFractionDigits: 0 });

export const number = (n) => whole.format(n);
export const decimal = (n) => rough.format(n);
export const percent = (n) => share.format(n);

/** « 1 action », « 16 actions », « aucune action » is for the caller to say. In French 0 and 1 are singular. */
export const count = (n, one, many = `${one}s`) => `${number(n)} ${Math.abs(n) < 2 ? one : many}`;

/** « a, b et c ». */
export function enumerate(words) {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} et ${words.at(-1)}`;
}

/** Text cut at a word near `length` letters. */
export function shorten(text, length) {
  const letters = [...text];
  if (letters.length <= length) return text;
  const head = letters.slice(0, length - 1).join("");
  const space = head.lastIndexOf(" ");
  return `${(space > length * 0.6 ? head.slice(0, space) : head).trimEnd()}…`;
}

/** The kinds of node in the order of legends: what one is called, several, the path of its pages, its facet. */
export const KINDS = {
  action: { one: "action", many: "actions", title: "Action", path: "actions" },
  structure: { one: "centre", many: "centres", title: "Centre", path: "centres", facet: "STRUCTURE", parameter: "centre" },
  keyword: { one: "mot-clé", many: "mots-clés", title: "Mot-clé", path: "mots-cles", facet: "KEYWORD", parameter: "motcle" },
  partner: { one: "type de partenaire", many: "types de partenaires", title: "Type de partenaire", path: "partenaires", facet: "PARTNER", parameter: "partenaire" },
  public: { one: "public", many: "publics", title: "Public", path: "publics", facet: "PUBLIC", parameter: "public" },
  dimension: { one: "dimension", many: "dimensions", title: "Dimension", path: "dimensions", facet: "DIMENSION", parameter: "dimension" },
  initiator: { one: "initiateur", many: "initiateurs", title: "À l’initiative", path: "initiateurs", facet: "INITIATOR", parameter: "initiative" },
  territory: { one: "territoire", many: "territoires", title: "Territoire", path: "territoires", facet: "TERRITORY", parameter: "territoire" },
  department: { one: "département", many: "départements", title: "Département", path: "departements", facet: "DEPARTMENT", parameter: "departement" },
};

/** The kind that an id names: "keyword" of "keyword:culture". */
export const kindOf = (id) => id.slice(0, id.indexOf(":"));

/** What a node is called, whichever of the three names it has. */
export const nameOf = (node) => node.title ?? node.name ?? node.label ?? node.id;

/** The address of a node's page. */
export function addressOf(id) {
  const kind = kindOf(id);
  return `/${KINDS[kind].path}/${encodeURIComponent(id.slice(kind.length + 1))}`;
}

/** The id of the node that an address names, or null. */
export function idOf(pathname) {
  const [, path, key, ...rest] = pathname.split("/");
  const kind = rest.length === 0 && Object.keys(KINDS).find((name) => KINDS[name].path === path);
  try {
    return kind && key ? `${kind}:${decodeURIComponent(key)}` : null;
  } catch {
    return null;
  }
}

/** The fields of a sheet as the page prints their labels. */
export const FIELDS = {
  title: "Nom",
  year: "Année",
  department: "Département",
  structure: "Structure organisatrice",
  files: "Fichier(s) associé(s)",
  status: "Statut de l’action",
  endReason: "Raisons pour lesquelles l’action est terminée",
  dimension: "Dimension",
  keywords: "Mots clés associés à l’action",
  summary: "Résumé",
  initiators: "Qui est à l’initiative de l’action\u202f?",
  initiatorDetail: "Précision (si autre)",
  territory: "Territoire concerné",
  experience: "Description de l’expérience, ses objectifs, ses acteurs et ses différentes phases.",
  publics: "Public",
  partners: "Partenaires d’action",
  description: "Description générale",
  resources: "Ressources financières mobilisées pour cette action",
  people: "Nombre de personnes mobilisées pour cette action",
  resultTerritory: "Résultat sur le territoire",
  resultCentre: "Résultat pour le centre social",
  resultResidents: "Résultat pour les habitants",
  limits: "Suite de l’action\u202f: limites",
  perspectives: "Suite de l’action\u202f: perspectives",
};

const ALIASES = { "results.territory": "resultTerritory", "results.centre": "resultCentre", "results.residents": "resultResidents", statusLabel: "status" };

/** The label of a field by its name in the API. */
export const fieldLabel = (field) => FIELDS[ALIASES[field] ?? field] ?? FIELDS[field.replace(/_(.)/g, (_, c) => c.toUpperCase())] ?? field;
