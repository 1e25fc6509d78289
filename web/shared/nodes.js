// What every page says of nodes: their names, and how many there are of each kind.
import { KINDS } from "./tables.js";

/** What a node is called, whichever of the three names it has; undefined where it has none. */
export function labelOf(node) {
  return [node.title, node.name, node.label].find((label) => typeof label === "string" && label.trim());
}

/** Text cut at a word near `length` letters. */
export function shorten(text, length) {
  const letters = [...text];
  if (letters.length <= length) return text;
  const head = letters.slice(0, length - 1).join("");
  const space = head.lastIndexOf(" ");
  return `${(space > length * 0.6 ? head.slice(0, space) : head).trimEnd()}…`;
}

const ORDER = Object.keys(KINDS);

/** For sorting: the place of a kind in legends, unknown kinds last. */
export const placeOf = (kind) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

/** How many nodes there are of each kind, in the order of legends: a Map. */
export function tally(nodes) {
  const counts = new Map();
  for (const { kind } of nodes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => placeOf(a) - placeOf(b)));
}
