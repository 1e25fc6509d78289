// What differs between two states of a sheet: what was added and what was taken out, told apart without colours too.
import { h, items } from "./dom.js";
import { note } from "./parts.js";
import { fr } from "./words.js";

/** How many letters of what was kept stand on either side of a change. */
const AROUND = 80;

const said = (words) => h("span", { class: "hidden" }, words);
const added = (text) => h("ins", null, said(fr`[ajouté : `), text, said("]"));
const removed = (text) => h("del", null, said(fr`[retiré : `), text, said("]"));

/** What was kept, without its middle where it is long; the beginning and the end of a text have one side. */
function kept(text, first, last) {
  const letters = [...text];
  const head = first
    ? ""
    : letters
        .slice(0, AROUND)
        .join("")
        .replace(/\s+\S*$/, "");
  const tail = last
    ? ""
    : letters
        .slice(-AROUND)
        .join("")
        .replace(/^\S*\s+/, "");
  return letters.length > (first || last ? AROUND : 2 * AROUND) ? [head, " … ", tail] : text;
}

function word({ state, text }, place, words) {
  if (state === "ADDED") return added(text);
  return state === "REMOVED" ? removed(text) : kept(text, place === 0, place === words.length - 1);
}

function text({ before, after, words }) {
  if (words.length) return h("div", { class: "typed", dir: "auto" }, words.map(word));
  return [
    note(fr`Le texte est trop long pour être comparé mot à mot. Avant, puis après :`),
    before && h("div", { class: "typed", dir: "auto" }, removed(before)),
    after && h("div", { class: "typed", dir: "auto" }, added(after)),
  ];
}

function list({ added: came, removed: gone }) {
  if (!came.length && !gone.length) return note(fr`Les mêmes valeurs, dans un autre ordre.`);
  return h(
    "ul",
    { class: "plain" },
    items([...gone.map(removed), ...came.map(added)], (value) => value),
  );
}

const isText = ({ before, after }) => before !== null || after !== null;

/** The fields that changed, each with what changed in it. */
export function differences(changes) {
  const row = (change) => [h("dt", null, change.label), h("dd", null, isText(change) ? text(change) : list(change))];
  return h("dl", { class: "sheet differences" }, changes.map(row));
}
