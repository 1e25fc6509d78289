// Keywords that stand together.
import { shorten } from "../shared/nodes.js";
import { ask } from "./api.js";
import { CELL, cell, finding, NAME, nothing, picture, tableOf, words } from "./charts.js";
import { link, note } from "./parts.js";
import { count, decimal, fr, number } from "./words.js";

const SHOWN = 12;
const TOP = 32;

/** The keywords of the pairs that have the most actions, and `countOf(a, b)`: how many have both. */
function crossed(pairs) {
  const concepts = new Map(pairs.flatMap(({ a, b }) => [a, b]).map((concept) => [concept.id, concept]));
  const counts = new Map(pairs.map((pair) => [[pair.a.id, pair.b.id].sort().join(" "), pair.count]));
  const shown = [...concepts.values()].sort((a, b) => b.actionCount - a.actionCount).slice(0, SHOWN);
  return { shown, countOf: (a, b) => counts.get([a.id, b.id].sort().join(" ")) ?? 0 };
}

export async function pairs() {
  const cooccurrences = (await ask("cooccurrences")).cooccurrences.nodes;
  if (!cooccurrences.length) return nothing(fr`Aucun mot-clé ne se trouve avec un autre.`);
  const { shown, countOf } = crossed(cooccurrences);
  const most = Math.max(...cooccurrences.map((pair) => pair.count));
  return [
    summary(cooccurrences),
    picture(
      NAME + shown.length * CELL + 10,
      shown.length * CELL + TOP,
      fr`Nombre d'actions qui ont deux mots-clés à la fois`,
      shown.slice(1).map((_, i) => words(NAME + i * CELL + CELL / 2, 20, String(i + 1), "middle", "axis")),
      shown.map((row, j) => [
        words(NAME - 8, j * CELL + TOP + 20, `${shorten(row.label, 20)} ${j + 1}`, "end"),
        shown.slice(0, j).map((column, i) => {
          const both = countOf(row, column);
          const title = `${row.label} et ${column.label}\u202f: ${count(both, "action")}`;
          return cell(NAME + i * CELL, j * CELL + TOP, both, most, title);
        }),
      ]),
    ),
    note(fr`Les numéros des colonnes sont ceux des lignes.`),
    tableOf(
      fr`paires de mots-clés`,
      [fr`Mot-clé`, fr`et`, fr`Actions`, fr`Fois le hasard`],
      cooccurrences.map((pair) => [link(pair.a), link(pair.b), number(pair.count), decimal(pair.lift)]),
    ),
  ];
}

function summary(cooccurrences) {
  const [first] = cooccurrences;
  const repeated = cooccurrences.filter((pair) => pair.count > 1);
  const strongest = repeated.reduce((a, b) => (b.lift > a.lift ? b : a), first);
  const both = ({ a, b }) => [link(a), fr` et `, link(b)];
  return finding(
    fr`Les deux plus souvent ensemble : `,
    both(first),
    fr` (${count(first.count, "action")}). Ceux qui s'attirent le plus : `,
    both(strongest),
    fr`, ${decimal(strongest.lift)} fois plus souvent que le hasard.`,
  );
}
