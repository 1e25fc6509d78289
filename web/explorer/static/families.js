// The families of actions, and the centres that share the most.
import { shorten } from "../shared/nodes.js";
import { ask } from "./api.js";
import { finding, nothing, picture, tableOf, words } from "./charts.js";
import { h, items, s } from "./dom.js";
import { link, nodeLinks, ofBefore } from "./parts.js";
import { count, countOf, enumerate, fr, nameOf, number, percent } from "./words.js";

const ROW = 116;
const COLUMN = 278;
const COLUMNS = 2;
const LARGEST = 52;

export async function families() {
  const found = await ask("communities");
  const communities = found.communities.nodes;
  const meetings = found.meetings.nodes;
  if (!communities.length) {
    return nothing(fr`Les actions ne forment pas de familles : leurs mots-clés ne les relient pas.`);
  }
  const scale = LARGEST / Math.sqrt(Math.max(...communities.map(({ size }) => size)));
  return [
    summary(communities, meetings),
    ofBefore(found.communities, found.dataset),
    picture(
      COLUMNS * COLUMN + 4,
      Math.ceil(communities.length / COLUMNS) * ROW + 8,
      fr`Les familles d'actions, leur taille et leurs mots-clés`,
      communities.map((community, i) => circle(community, i, scale)),
    ),
    familyTable(communities),
    meetings.length > 0 &&
      tableOf(
        fr`centres qui gagneraient à se rencontrer`,
        [fr`Centre`, fr`et`, fr`En commun`],
        meetings.map(({ a, b, shared }) => [link(a), link(b), enumerate(shared.map(nameOf))]),
      ),
  ];
}

function summary(communities, [pair]) {
  const largest = fr`la plus grande en réunit ${number(communities[0].size)}. `;
  return finding(
    fr`${count(communities.length, "famille")} d'actions tiennent ensemble par leurs mots-clés ; ${largest}`,
    pair && [
      fr`Deux centres qui gagneraient à se rencontrer : `,
      [link(pair.a), fr` et `, link(pair.b)],
      fr` (${countOf(pair.shared.length, "keyword")} en commun).`,
    ],
  );
}

function circle({ size, concepts, label }, i, scale) {
  const x = (i % COLUMNS) * COLUMN + 56;
  const y = Math.floor(i / COLUMNS) * ROW + 60;
  return s(
    "g",
    null,
    s("title", null, `${label}\u202f: ${count(size, "action")}`),
    s("circle", { class: `family family-${i % 4}`, cx: x, cy: y, r: Math.max(7, scale * Math.sqrt(size)) }),
    words(x, y + 7, number(size), "middle", "size"),
    concepts.map((concept, k) => words(x + 62, y - 16 + k * 21, shorten(concept.label, 20))),
  );
}

function familyTable(communities) {
  const all = communities.reduce((sum, { size }) => sum + size, 0);
  const examples = ({ nodes }) => h("ul", { class: "plain" }, items(nodes, link));
  return tableOf(
    fr`familles d'actions`,
    [fr`Mots-clés`, fr`Actions`, fr`Part`, fr`Par exemple`],
    communities.map(({ concepts, label, size, actions }) => [
      concepts.length ? nodeLinks(concepts) : label,
      number(size),
      percent(size / all),
      examples(actions),
    ]),
  );
}
