// What the sheets lack.
import { shorten } from "../shared/nodes.js";
import { KINDS } from "../shared/tables.js";
import { ask } from "./api.js";
import { finding, picture, tableOf, words } from "./charts.js";
import { h, s } from "./dom.js";
import { fieldLabel } from "./fields.js";
import { link } from "./parts.js";
import { addressOf, count, fr, kindOf, number, percent } from "./words.js";

const NAMES = 300;
const BAR = 210;
const ROW = 28;

export async function gaps() {
  const { actions, dataQuality } = await ask("quality");
  const { emptyFields, doubtfulValues, respelled, repeatedTitles } = ofNodes(dataQuality);
  const total = actions.totalCount;
  const fields = emptyFields.map((field) => ({ label: fieldLabel(field.field), count: field.count }));
  const empty = fields.filter((field) => field.count > 0).sort((a, b) => b.count - a.count);
  const share = (field) => percent(total ? field.count / total : 0);
  return [
    summary(empty, total),
    empty.length > 0 && bars(empty, total),
    tableOf(
      fr`champs vides`,
      [fr`Champ`, fr`Fiches où il est vide`, fr`Part`],
      fields.map((field) => [field.label, number(field.count), share(field)]),
    ),
    doubtfulValues.length > 0 && doubtfulTable(doubtfulValues),
    respelled.length > 0 &&
      tableOf(
        fr`écrits autrement dans les fiches`,
        [fr`Valeur`, fr`Écrit aussi`],
        respelled.map((concept) => [link(concept), concept.alternativeLabels.join(", ")]),
      ),
    repeatedTitles.length > 0 && repeatedTable(repeatedTitles),
  ];
}

/** The connections of an answer as plain lists. */
const ofNodes = (answer) => Object.fromEntries(Object.entries(answer).map(([name, { nodes }]) => [name, nodes]));

function summary([most], total) {
  if (!most) return finding(fr`Aucun champ n'est vide.`);
  const share = percent(most.count / total);
  return finding(fr`« ${most.label} » est vide dans ${count(most.count, "fiche")} sur ${number(total)} (${share}).`);
}

function bars(empty, total) {
  const bar = (look, width, y, ...title) =>
    s("rect", { class: look, x: NAMES, y: y + 5, width, height: 20, rx: 4 }, title);
  return picture(
    NAMES + BAR + 60,
    empty.length * ROW + 6,
    fr`Nombre de fiches où chaque champ est vide`,
    empty.map(({ label, count: tally }, j) => {
      const y = j * ROW;
      const title = s("title", null, `${label}\u202f: ${count(tally, "fiche")}`);
      return [
        words(NAMES - 8, y + 20, shorten(label, 36), "end"),
        bar("whole", BAR, y),
        bar("bar", Math.max(3, (BAR * tally) / total), y, title),
        words(NAMES + BAR + 8, y + 20, number(tally)),
      ];
    }),
  );
}

function doubtfulTable(values) {
  return tableOf(
    fr`valeurs rares ou inconnues`,
    [fr`Valeur`, fr`Genre`, fr`Fiches`, fr`Remarque`],
    values.map(({ concept, count: tally, known, closeTo }) => [
      link(concept),
      KINDS[kindOf(concept.id)].one,
      number(tally),
      [known ? fr`rare` : fr`inconnue du vocabulaire`, closeTo && fr`, proche de « ${closeTo} »`],
    ]),
  );
}

function repeatedTable(titles) {
  const named = (title, [first]) => (first ? h("a", { href: addressOf(first.id), dir: "auto" }, title) : title);
  return tableOf(
    fr`titres répétés`,
    [fr`Titre`, fr`Actions`],
    titles.map(({ title, actions }) => [named(title, actions.nodes), number(actions.totalCount)]),
  );
}
