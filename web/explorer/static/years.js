// Keywords by year.
import { shorten } from "../shared/nodes.js";
import { ask } from "./api.js";
import { CELL, cell, finding, NAME, nothing, picture, tableOf, words } from "./charts.js";
import { link, note } from "./parts.js";
import { count, fr, number } from "./words.js";

const LAST_YEARS = 12;

/** The answer as `{ columns: [{ value, label, count }], rows: [{ keyword, tallies }], most }`, columns in order. */
function tabulated({ actions, keywords }) {
  const columns = [...actions.facets[0].values]
    .sort((a, b) => a.value.localeCompare(b.value, "fr", { numeric: true }))
    .slice(-LAST_YEARS);
  const rows = keywords.nodes
    .filter(({ actionCount }) => actionCount > 0)
    .map((keyword) => {
      const counts = new Map(keyword.actions.facets[0].values.map(({ value, count }) => [value, count]));
      return { keyword, tallies: columns.map(({ value }) => counts.get(value) ?? 0) };
    });
  return { columns, rows, most: Math.max(1, ...rows.flatMap(({ tallies }) => tallies)) };
}

export async function years() {
  const data = await ask("years");
  const { columns, rows, most } = tabulated(data);
  if (!rows.length || !columns.length) return nothing(fr`Les données ne contiennent ni mots-clés ni années.`);
  const { totalCount } = data.keywords;
  const labels = columns.map(({ label }) => label);
  return [
    summary(data, columns, rows[0].keyword),
    picture(
      NAME + columns.length * CELL + 10,
      (rows.length + 1) * CELL,
      fr`Nombre d'actions par mot-clé et par année`,
      labels.map((label, i) => words(NAME + i * CELL + CELL / 2, 22, label, "middle", "axis")),
      rows.map(({ keyword, tallies }, j) => [
        words(NAME - 8, (j + 1) * CELL + 20, shorten(keyword.label, 23), "end"),
        tallies.map((tally, i) => {
          const title = `${keyword.label}, ${labels[i]}\u202f: ${count(tally, "action")}`;
          return cell(NAME + i * CELL, (j + 1) * CELL, tally, most, title);
        }),
      ]),
    ),
    totalCount > rows.length &&
      note(
        fr`Les ${rows.length} mots-clés les plus fréquents, sur ${number(totalCount)}. `,
        fr`« Année » est celle de la fiche, pas toujours celle de l'action.`,
      ),
    tableOf(
      fr`actions par mot-clé et par année`,
      [fr`Mot-clé`, ...labels, fr`Toutes`],
      rows.map(({ keyword, tallies }) => [link(keyword), ...[...tallies, keyword.actionCount].map(number)]),
    ),
  ];
}

function summary({ dataset, actions }, columns, top) {
  const busiest = columns.reduce((a, b) => (b.count > a.count ? b : a));
  const centres = dataset.counts.find(({ kind }) => kind === "STRUCTURE")?.count ?? 0;
  return finding(
    fr`${count(actions.totalCount, "action")} de ${count(centres, "centre")}. Le mot-clé le plus fréquent est `,
    link(top),
    fr` (${count(top.actionCount, "action")}) ; l'année la plus fournie est `,
    fr`${busiest.label} (${count(busiest.count, "fiche")}).`,
  );
}
