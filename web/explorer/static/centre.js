// One centre: its actions, its words, and whom it could meet.
import { ask } from "./api.js";
import { h, items } from "./dom.js";
import { actionList, head, meetingOf } from "./listed.js";
import { columns, entitle, fillWith, link, missing, nodeLink, nodeLinks, note, part } from "./parts.js";
import { surroundings } from "./surroundings.js";
import { enumerate, fr, nameOf, percent } from "./words.js";

const NAMED = 6;
const DRAWN = 14;

export async function show(main, id) {
  await fillWith(main, async () => {
    const { structure } = await ask("structure", { id });
    return structure ? page(structure) : missing(fr`Rien dans les données ne répond à cette adresse.`);
  });
}

function page(centre) {
  entitle(nameOf(centre));
  const words = centre.keywords.edges.map(({ node, actionCount }) => ({ ...node, tally: actionCount }));
  const meet = centre.meet.nodes;
  const centres = meet.length
    ? h("ul", { class: "similar" }, items(meet, meeting))
    : note(fr`Aucun autre centre ne partage ses mots-clés.`);
  return [
    head(centre, nodeLink(centre.department)),
    whereabouts(centre),
    columns(
      actionList(centre, "structure", (data) => data.structure.actions),
      part(fr`Ses mots-clés`, words.length ? nodeLinks(words) : note(fr`Ses fiches n'en donnent aucun.`)),
      part(fr`Centres à rencontrer`, centres),
      part(fr`Autour de lui`, surroundings(centre, words.slice(0, DRAWN))),
    ),
  ];
}

/** Where the centre is, as far as the data say so. */
function whereabouts({ place, site }) {
  const town = [place?.postcode, place?.commune].filter(Boolean).join(" ");
  const degrees = place?.latitude != null && `${place.latitude}, ${place.longitude}`;
  const told = [
    [fr`Adresse`, [place?.address, town].filter(Boolean).join(", ")],
    [fr`Coordonnées`, degrees],
    [fr`SIRET`, place?.siret],
    [fr`Site`, site && /^https?:/.test(site) && h("a", { href: site, rel: "external noreferrer" }, site)],
  ].filter(([, value]) => value);
  const lines = told.flatMap(([label, value]) => [h("dt", null, label), h("dd", { dir: "auto" }, value)]);
  return told.length > 0 && h("dl", { class: "whereabouts" }, lines);
}

const NEAR = {
  SAME_DEPARTMENT: fr`même département`,
  NEIGHBOURING_DEPARTMENT: fr`départements voisins`,
  SAME_REGION: fr`même région`,
};

function meeting({ b, score, reasons, shared, aBrings, bBrings }) {
  const near = reasons.flatMap(({ kind }) => NEAR[kind] ?? []);
  const meter = h("meter", { min: 0, max: 1, value: score, "aria-label": fr`Affinité` });
  const names = (nodes) => enumerate(nodes.slice(0, NAMED).map(nameOf));
  const brings = (nodes, words) => nodes.length > 0 && h("p", { class: "reason" }, words, names(nodes), ".");
  return [
    link(b),
    h(
      "span",
      { class: "where" },
      h("span", { dir: "auto" }, b.department.label),
      near.map((word) => h("span", null, word)),
    ),
    meetingOf(shared, names(shared)),
    brings(bBrings, fr`Il pourrait apporter : `),
    brings(aBrings, fr`Il pourrait recevoir : `),
    h("span", { class: "score" }, meter, percent(score)),
  ];
}
