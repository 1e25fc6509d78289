// Figures of the whole data: each a picture made for reading, with the table behind it.
import { ask } from "./api.js";
import { h, put, s } from "./dom.js";
import { entitle, nodeLinks, section } from "./parts.js";
import { addressOf, count, decimal, enumerate, fieldLabel, fr, KINDS, nameOf, number, percent, shorten } from "./words.js";

const NAME = 195;
const CELL = 31;
const LAST_YEARS = 12;

export async function show(main) {
  entitle(fr`Chiffres`);
  put(
    main,
    h("header", { class: "head" }, h("h1", null, fr`Chiffres`), h("p", { class: "lead" }, fr`Ce que disent les fiches quand on les regarde toutes ensemble.`)),
    h(
      "div",
      { class: "figures" },
      section(fr`Les mots-clés, année par année`, years),
      section(fr`Les mots-clés qui vont ensemble`, pairs),
      section(fr`Les familles d'actions`, families),
      section(fr`Ce qui manque dans les fiches`, gaps),
    ),
  );
}

/** A table behind a picture: `head` are words, `rows` lists of words or elements. */
function tableOf(title, head, rows) {
  return h(
    "details",
    { class: "behind" },
    h("summary", null, fr`Le tableau : ${title}`),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": fr`Tableau : ${title}` },
      h(
        "table",
        null,
        h("thead", null, h("tr", null, head.map((word) => h("th", { scope: "col", dir: "auto" }, word)))),
        h("tbody", null, rows.map(([first, ...rest]) => h("tr", null, h("th", { scope: "row", dir: "auto" }, first), rest.map((value) => h("td", { dir: "auto" }, value))))),
      ),
    ),
  );
}

const link = (node) => h("a", { href: addressOf(node.id), dir: "auto" }, nameOf(node));

/** A cell of a heat map: the darker, the more; five steps, and the number in it. */
function cell(x, y, value, most, title) {
  const step = value ? Math.max(1, Math.ceil((5 * value) / most)) : 0;
  return s("g", null, s("title", null, title), s("rect", { class: `heat heat-${step}`, x: x + 1, y: y + 1, width: CELL - 2, height: CELL - 2, rx: 5 }), value > 0 && s("text", { class: `heat-text heat-text-${step}`, x: x + CELL / 2, y: y + CELL / 2 + 5, "text-anchor": "middle" }, number(value)));
}

function picture(width, height, label, ...children) {
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, s("svg", { class: "picture", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label }, children));
}

async function years() {
  const { dataset, actions, keywords } = await ask("years");
  const yearTallies = actions.facets[0].values.map(({ value, label, count: tally }) => ({ value, label, tally })).sort((a, b) => a.value.localeCompare(b.value, "fr", { numeric: true })).slice(-LAST_YEARS);
  const rows = keywords.nodes.filter(({ actionCount }) => actionCount > 0).map((keyword) => ({ keyword, tallies: new Map(keyword.actions.facets[0].values.map(({ value, count: tally }) => [value, tally])) }));
  if (!rows.length || !yearTallies.length) return h("p", { class: "empty" }, fr`Les données ne contiennent ni mots-clés ni années.`);
  const tallyOf = ({ tallies }, { value }) => tallies.get(value) ?? 0;
  const most = Math.max(1, ...rows.flatMap((row) => yearTallies.map((year) => tallyOf(row, year))));
  const [top] = rows;
  const busiest = yearTallies.reduce((a, b) => (b.tally > a.tally ? b : a));
  const kinds = new Map(dataset.counts.map(({ kind, count: tally }) => [kind.toLowerCase(), tally]));
  return [
    h("p", { class: "finding" }, fr`${count(actions.totalCount, "action")} de ${count(kinds.get("structure") ?? 0, "centre")}. Le mot-clé le plus fréquent est `, link(top.keyword), fr` (${count(top.keyword.actionCount, "action")}) ; l'année la plus fournie est ${busiest.label} (${count(busiest.tally, "fiche")}).`),
    picture(
      NAME + yearTallies.length * CELL + 10,
      (rows.length + 1) * CELL,
      fr`Nombre d'actions par mot-clé et par année`,
      yearTallies.map(({ label }, i) => s("text", { x: NAME + i * CELL + CELL / 2, y: 22, "text-anchor": "middle", class: "axis" }, label)),
      rows.map((row, j) => [
        s("text", { x: NAME - 8, y: (j + 1) * CELL + 20, "text-anchor": "end" }, shorten(row.keyword.label, 23)),
        yearTallies.map((year, i) => cell(NAME + i * CELL, (j + 1) * CELL, tallyOf(row, year), most, `${row.keyword.label}, ${year.label}\u202f: ${count(tallyOf(row, year), "action")}`)),
      ]),
    ),
    keywords.totalCount > rows.length && h("p", { class: "note" }, fr`Les ${rows.length} mots-clés les plus fréquents, sur ${number(keywords.totalCount)}. « Année » est celle de la fiche, pas toujours celle de l'action.`),
    tableOf(fr`actions par mot-clé et par année`, [fr`Mot-clé`, ...yearTallies.map(({ label }) => label), fr`Toutes`], rows.map((row) => [link(row.keyword), ...yearTallies.map((year) => number(tallyOf(row, year))), number(row.keyword.actionCount)])),
  ];
}

async function pairs() {
  const { cooccurrences } = await ask("cooccurrences");
  if (!cooccurrences.length) return h("p", { class: "empty" }, fr`Aucun mot-clé ne se trouve avec un autre.`);
  const concepts = new Map();
  for (const { a, b } of cooccurrences) [a, b].forEach((concept) => concepts.set(concept.id, concept));
  const shown = [...concepts.values()].sort((a, b) => b.actionCount - a.actionCount).slice(0, 12);
  const tallies = new Map(cooccurrences.flatMap((pair) => [[`${pair.a.id} ${pair.b.id}`, pair], [`${pair.b.id} ${pair.a.id}`, pair]]));
  const most = Math.max(...cooccurrences.map((pair) => pair.count));
  const [first] = cooccurrences;
  const strongest = cooccurrences.filter((pair) => pair.count > 1).reduce((a, b) => (b.lift > a.lift ? b : a), first);
  return [
    h("p", { class: "finding" }, fr`Les deux plus souvent ensemble : `, link(first.a), fr` et `, link(first.b), fr` (${count(first.count, "action")}). Ceux qui s'attirent le plus : `, link(strongest.a), fr` et `, link(strongest.b), fr`, ${decimal(strongest.lift)} fois plus souvent que le hasard.`),
    picture(
      NAME + shown.length * CELL + 10,
      shown.length * CELL + 32,
      fr`Nombre d'actions qui ont deux mots-clés à la fois`,
      shown.slice(0, -1).map((_, i) => s("text", { x: NAME + i * CELL + CELL / 2, y: 20, "text-anchor": "middle", class: "axis" }, String(i + 1))),
      shown.map((row, j) => [
        s("text", { x: NAME - 8, y: j * CELL + 52, "text-anchor": "end" }, `${shorten(row.label, 20)} ${j + 1}`),
        shown.slice(0, j).map((column, i) => {
          const tally = tallies.get(`${row.id} ${column.id}`)?.count ?? 0;
          return cell(NAME + i * CELL, j * CELL + 32, tally, most, `${row.label} et ${column.label}\u202f: ${count(tally, "action")}`);
        }),
      ]),
    ),
    h("p", { class: "note" }, fr`Les numéros des colonnes sont ceux des lignes.`),
    tableOf(fr`paires de mots-clés`, [fr`Mot-clé`, fr`et`, fr`Actions`, fr`Fois le hasard`], cooccurrences.map((pair) => [link(pair.a), link(pair.b), number(pair.count), decimal(pair.lift)])),
  ];
}

async function families() {
  const { communities, meetings } = await ask("communities");
  if (!communities.length) return h("p", { class: "empty" }, fr`Les actions ne forment pas de familles : leurs mots-clés ne les relient pas.`);
  const all = communities.reduce((sum, { size }) => sum + size, 0);
  const scale = 52 / Math.sqrt(Math.max(...communities.map(({ size }) => size)));
  const row = 116;
  const columns = 2;
  const [pair] = meetings;
  return [
    h("p", { class: "finding" }, fr`${count(communities.length, "famille")} d'actions tiennent ensemble par leurs mots-clés ; la plus grande en réunit ${number(communities[0].size)}. `, pair && [fr`Deux centres qui gagneraient à se rencontrer : `, link(pair.a), fr` et `, link(pair.b), fr` (${count(pair.shared.length, "mot-clé", "mots-clés")} en commun).`]),
    picture(
      560,
      Math.ceil(communities.length / columns) * row + 8,
      fr`Les familles d'actions, leur taille et leurs mots-clés`,
      communities.map(({ size, concepts, label }, i) => {
        const x = (i % columns) * 278 + 56;
        const y = Math.floor(i / columns) * row + 60;
        return s(
          "g",
          null,
          s("title", null, `${label}\u202f: ${count(size, "action")}`),
          s("circle", { class: `family family-${i % 4}`, cx: x, cy: y, r: Math.max(7, scale * Math.sqrt(size)) }),
          s("text", { class: "size", x, y: y + 7, "text-anchor": "middle" }, number(size)),
          concepts.map((concept, k) => s("text", { x: x + 62, y: y - 16 + k * 21 }, shorten(concept.label, 20))),
        );
      }),
    ),
    tableOf(
      fr`familles d'actions`,
      [fr`Mots-clés`, fr`Actions`, fr`Part`, fr`Par exemple`],
      communities.map(({ concepts, label, size, actions }) => [concepts.length ? nodeLinks(concepts) : label, number(size), percent(size / all), h("ul", { class: "plain" }, actions.nodes.map((action) => h("li", null, link(action))))]),
    ),
    meetings.length > 0 && tableOf(fr`centres qui gagneraient à se rencontrer`, [fr`Centre`, fr`et`, fr`En commun`], meetings.map(({ a, b, shared }) => [link(a), link(b), enumerate(shared.map(nameOf))])),
  ];
}

async function gaps() {
  const { actions, dataQuality } = await ask("quality");
  const total = actions.totalCount;
  const empty = dataQuality.emptyFields.filter((field) => field.count > 0).sort((a, b) => b.count - a.count);
  const name = ({ field }) => fieldLabel(field);
  const bar = 210;
  const wide = 300;
  return [
    empty.length
      ? h("p", { class: "finding" }, fr`« ${name(empty[0])} » est vide dans ${count(empty[0].count, "fiche")} sur ${number(total)} (${percent(empty[0].count / total)}).`)
      : h("p", { class: "finding" }, fr`Aucun champ n'est vide.`),
    empty.length > 0 &&
      picture(
        wide + bar + 60,
        empty.length * 28 + 6,
        fr`Nombre de fiches où chaque champ est vide`,
        empty.map((field, j) => [
          s("text", { x: wide - 8, y: j * 28 + 20, "text-anchor": "end" }, shorten(name(field), 36)),
          s("rect", { class: "whole", x: wide, y: j * 28 + 5, width: bar, height: 20, rx: 4 }),
          s("rect", { class: "bar", x: wide, y: j * 28 + 5, width: Math.max(3, (bar * field.count) / total), height: 20, rx: 4 }, s("title", null, `${name(field)}\u202f: ${count(field.count, "fiche")}`)),
          s("text", { x: wide + bar + 8, y: j * 28 + 20 }, number(field.count)),
        ]),
      ),
    tableOf(fr`champs vides`, [fr`Champ`, fr`Fiches où il est vide`, fr`Part`], dataQuality.emptyFields.map((field) => [name(field), number(field.count), percent(total ? field.count / total : 0)])),
    dataQuality.doubtfulValues.length > 0 &&
      tableOf(
        fr`valeurs rares ou inconnues`,
        [fr`Valeur`, fr`Genre`, fr`Fiches`, fr`Remarque`],
        dataQuality.doubtfulValues.map(({ concept, count: tally, known, closeTo }) => [link(concept), KINDS[concept.id.split(":")[0]].one, number(tally), [known ? fr`rare` : fr`inconnue du vocabulaire`, closeTo && fr`, proche de « ${closeTo} »`]]),
      ),
    dataQuality.respelled.length > 0 && tableOf(fr`écrits autrement dans les fiches`, [fr`Valeur`, fr`Écrit aussi`], dataQuality.respelled.map((concept) => [link(concept), concept.alternativeLabels.join(", ")])),
    dataQuality.repeatedTitles.length > 0 && tableOf(fr`titres répétés`, [fr`Titre`, fr`Actions`], dataQuality.repeatedTitles.map(({ title, actions: same }) => [same.nodes.length ? h("a", { href: addressOf(same.nodes[0].id), dir: "auto" }, title) : title, number(same.totalCount)])),
  ];
}
