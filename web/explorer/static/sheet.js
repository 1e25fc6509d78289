// The sheet of an action, as it was filled in.
import { FIELDS } from "../shared/tables.js";
import { h, items } from "./dom.js";
import { valueAt } from "./fields.js";
import { nodeLinks, note } from "./parts.js";
import { fr } from "./words.js";

const IN_THE_HEAD = ["title", "year", "department"];
const TOLD_FIRST = [
  "summary",
  "experience",
  "description",
  "results.territory",
  "results.centre",
  "results.residents",
  "limits",
  "perspectives",
];
const TOLD_LAST = ["files"];
/** What the form asks for in some cases only: where it is missing, nothing is. */
const ASKED_SOMETIMES = ["endReason", "initiatorDetail", "territoryAgain"];

const placed = new Set([...IN_THE_HEAD, ...TOLD_FIRST, ...TOLD_LAST]);
const SHOWN = [...TOLD_FIRST, ...Object.keys(FIELDS).filter((path) => !placed.has(path)), ...TOLD_LAST];

/** A value as it is read: text as typed, nodes as links, names of files as a list; null where it is empty. */
function content(value) {
  if (typeof value === "string") return value.trim() ? h("div", { class: "typed", dir: "auto" }, value) : null;
  const values = [value ?? []].flat();
  if (!values.length) return null;
  return typeof values[0] === "object"
    ? nodeLinks(values)
    : h(
        "ul",
        null,
        items(values, (name) => h("span", { dir: "auto" }, name)),
      );
}

export function sheet(action) {
  const asked = SHOWN.filter((path) => !ASKED_SOMETIMES.includes(path) || valueAt(action, path) !== null);
  const rows = asked.map((path) => ({ label: FIELDS[path], shown: content(valueAt(action, path)) }));
  const filled = rows
    .filter(({ shown }) => shown)
    .map(({ label, shown }) => [h("dt", null, label), h("dd", null, shown)]);
  const empty = rows.filter(({ shown }) => !shown).map(({ label }) => `«\u202f${label}\u202f»`);
  return [
    h("h2", null, fr`La fiche`),
    h("dl", { class: "sheet" }, filled),
    empty.length > 0 && note(fr`Laissé vide dans la fiche : ${empty.join(", ")}.`),
    action.origin && originOf(action.origin),
  ];
}

function originOf({ source, firstLine, lastLine }) {
  const name = h("span", { dir: "auto" }, source);
  return h("p", { class: "note", id: "origin" }, fr`Source : `, name, fr`, lignes ${firstLine} à ${lastLine}.`);
}
