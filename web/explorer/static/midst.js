// What holds the directory together: where most ways from one sheet to another lead through.
import { KINDS } from "../shared/tables.js";
import { ask } from "./api.js";
import { finding, nothing, tableOf } from "./charts.js";
import { link, nodeLinks, note, ofBefore } from "./parts.js";
import { count, fr, kindOf, number, percent } from "./words.js";

export async function midst() {
  const { dataset, keywords, partners, structures, alone, actions } = await ask("central");
  const central = [keywords, partners, structures].flatMap(({ nodes }) => nodes);
  if (!central.length) return nothing(fr`Rien ne relie les fiches.`);
  return [
    summary(keywords.nodes),
    ofBefore(keywords, dataset),
    nodeLinks([keywords, partners, structures].flatMap(({ nodes }) => nodes.slice(0, 3))),
    alone.totalCount > 0 && note(aloneOf(alone.totalCount, actions.totalCount)),
    keywords.hubs.length > 0 &&
      note(
        fr`Laissés de côté, parce que plus de la moitié des actions les ont et qu'ils relieraient tout : `,
        keywords.hubs.map((hub, i) => [i > 0 && ", ", link(hub)]),
        ".",
      ),
    tableOf(
      fr`ce qui relie les fiches`,
      [fr`Nom`, fr`Genre`, fr`Part des plus courts chemins`],
      central.map((node) => [link(node), KINDS[kindOf(node.id)].one, percent(node.centrality.betweenness)]),
    ),
  ];
}

const WAYS = fr`De proche en proche, d'une fiche à une autre, on passe le plus souvent par le mot-clé « `;

const summary = ([first]) => first && finding(WAYS, link(first), fr` ».`);

function aloneOf(some, all) {
  const without = some > 1 ? fr`sans l'une d'elles` : fr`sans elle`;
  const cut = fr`un centre, un mot ou d'autres fiches seraient coupés du reste`;
  return fr`${count(some, "action")} sur ${number(all)} : ${without}, ${cut}.`;
}
