// What is selected: words, values of facets, order, page; kept in the address, and told to the API.
import { KINDS } from "../shared/tables.js";
import { fieldOf, LINKED } from "./fields.js";
import { keyOf } from "./words.js";

const YEAR = { field: "YEAR", parameter: "annee", title: "Année", one: "Année", input: "year", list: false };
const STATUS = { field: "STATUS", parameter: "statut", title: "Statut", one: "Statut", input: "status", list: false };
const ORDER = ["keyword", "structure", "department", "region", "partner", "public", "dimension", "territory"];
const TITLES = { keyword: { title: "Mots-clés" }, partner: { one: "Partenaire" } };

function facetOf(kind) {
  const { facet, parameter, title, list } = KINDS[kind];
  return { field: facet, parameter, title, one: title, input: fieldOf(kind), list, ...TITLES[kind] };
}

const [keyword, ...others] = [...new Set([...ORDER, ...LINKED])].map(facetOf);

/**
 * The facets in the order of the page: the name of each in the API, its parameter in the address, its title, what
 * one value is called, its input in `where`, and whether actions have a list of it.
 */
export const FACETS = [keyword, YEAR, ...others, STATUS];

/** The orders by their name in the address; "" is that of the service: newest first, or best answer first. */
export const ORDERS = {
  "": { label: "Les plus récentes" },
  anciennes: { label: "Les plus anciennes", orderBy: [{ year: "ASC" }] },
  titre: { label: "Par titre", orderBy: [{ title: "ASC" }] },
  "mots-cles": { label: "Le plus de mots-clés", orderBy: [{ keywordCount: "DESC" }] },
  partenaires: { label: "Le plus de partenaires", orderBy: [{ partnerCount: "DESC" }] },
};

/** The orders offered: with a search, the best answers come first unless the newest are asked for. */
export function ordersFor({ search }) {
  if (!search) return ORDERS;
  return {
    ...ORDERS,
    "": { label: "Les plus proches" },
    recentes: { label: "Les plus récentes", orderBy: [{ year: "DESC" }] },
  };
}

const ADDRESS_VALUES = 100;

const prefixOf = (field) => (KINDS[field.toLowerCase()] ? `${field.toLowerCase()}:` : "");

/** The selection that an address tells: `{ search, values, order, after, before, page }`. */
export function readSelection(address) {
  const given = new URLSearchParams(address);
  const values = {};
  for (const { field, parameter } of FACETS) {
    const texts = given.getAll(parameter).filter((text) => text && (field !== "YEAR" || /^-?\d{1,9}$/.test(text)));
    if (texts.length)
      values[field] = [...new Set(texts)].slice(0, ADDRESS_VALUES).map((text) => prefixOf(field) + text);
  }
  const page = Number(given.get("page"));
  const search = (given.get("q") ?? "").trim().slice(0, 300);
  const order = given.get("ordre") ?? "";
  return {
    search,
    values,
    order: Object.hasOwn(ordersFor({ search }), order) ? order : "",
    after: given.get("apres"),
    before: given.get("avant"),
    page: Number.isInteger(page) && page > 1 ? page : 1,
  };
}

/** The address of a selection, "" for everything. */
export function writeSelection({ search, values, order, after, before, page }) {
  const told = new URLSearchParams();
  if (search) told.set("q", search);
  for (const { field, parameter } of FACETS) {
    for (const value of values[field] ?? []) told.append(parameter, value.slice(prefixOf(field).length));
  }
  if (order) told.set("ordre", order);
  if (after) told.set("apres", after);
  if (before) told.set("avant", before);
  if (page > 1) told.set("page", page);
  return told.size ? `?${told}` : "";
}

/** The variables that the API takes for a selection, its page aside. */
export function variablesOf({ search, values, order }) {
  const where = {};
  for (const { field, input, list } of FACETS) {
    if (!values[field]) continue;
    const wanted = field === "YEAR" ? values[field].map(Number) : values[field];
    where[input] = list ? { containsAny: wanted } : { in: wanted };
  }
  return { search: search || null, where, orderBy: ordersFor({ search })[order]?.orderBy ?? null };
}

/** The selection with some changes; it begins at its first page again. */
export const changed = (selection, changes) => ({ ...selection, after: null, before: null, page: 1, ...changes });

/** The selection with one more value of a facet, or without it. */
export function toggled(selection, field, value) {
  const before = selection.values[field] ?? [];
  const after = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  const values = { ...selection.values, [field]: after };
  if (!after.length) delete values[field];
  return changed(selection, { values });
}

/**
 * The selection with its statuses as the API prints them: an address may name one in other ways (`EN_COURS`). One that
 * the data do not have stays as it was given.
 */
export function settled(selection, facets, unknownValues) {
  const given = selection.values.STATUS;
  const counted = facets.find(({ field }) => field === STATUS.field);
  if (!given || !counted) return selection;
  const known = counted.values.filter(({ selected }) => selected).map(({ value }) => value);
  const unknown = unknownValues.filter(({ field }) => field === STATUS.input).map(({ value }) => value);
  const statuses = [...known, ...given.filter((value) => unknown.includes(value))];
  return { ...selection, values: { ...selection.values, STATUS: statuses } };
}

/** The chosen values `{ field, one, value, label }` in the order of the facets; `facets` are counted by the API. */
export function chosenValues({ values }, facets) {
  return FACETS.flatMap(({ field, one }) => {
    const counted = facets.find((facet) => facet.field === field)?.values ?? [];
    const labels = new Map(counted.map(({ value, label }) => [value, label]));
    return (values[field] ?? []).map((value) => ({ field, one, value, label: labels.get(value) ?? keyOf(value) }));
  });
}
