// One body that texts name: the sheets that name it, each with its sentences.
import { ask } from "./api.js";
import { button, h, items, put } from "./dom.js";
import { quote } from "./mentions.js";
import { attempt, crumbs, entitle, fillWith, link, missing, note, yearOf } from "./parts.js";
import { count, fr } from "./words.js";

export async function show(main, id) {
  await fillWith(main, async () => {
    const { body } = await ask("body", { id });
    return body ? page(body) : missing(fr`Aucun texte ne cite cet organisme.`);
  });
}

function page(body) {
  entitle(body.label);
  const spellings = body.spellings.join(fr` », « `);
  return [
    h(
      "header",
      { class: "head" },
      crumbs(fr`organismes cités`),
      h("h1", { dir: "auto" }, body.label),
      h(
        "p",
        { class: "where" },
        h("span", null, fr`Cité dans ${count(body.actionCount, "fiche")}`),
        spellings && h("span", { dir: "auto" }, fr`aussi écrit « ${spellings} »`),
      ),
      note(told(body)),
    ),
    sheets(body),
  ];
}

function told({ known }) {
  const same = known
    ? fr`Un même nom désigne ici toutes les antennes de cet organisme.`
    : fr`Deux organismes du même nom ne sont pas distingués.`;
  return [fr`Trouvé dans les textes par des règles, qui peuvent se tromper. `, same];
}

/** The sheets that name it, a page at a time. */
function sheets(body) {
  const list = h("ul", { class: "similar", id: "naming" });
  const more = h("div");
  function draw({ edges, pageInfo }) {
    const fresh = items(edges, naming);
    list.append(...fresh);
    put(more, pageInfo.hasNextPage && button(fr`Voir la suite`, () => next(pageInfo.endCursor)));
    return fresh;
  }
  const next = (after) =>
    attempt(more, more, async () => {
      const [first] = draw((await ask("body", { id: body.id, after })).body.mentions);
      first?.querySelector("a").focus();
    });
  draw(body.mentions);
  return h("section", { class: "reading" }, h("h2", null, fr`Les fiches qui le citent`), list, more);
}

function naming({ node, mentions }) {
  return [
    link(node),
    h(
      "span",
      { class: "where" },
      yearOf(node),
      link(node.structure),
      h("span", { dir: "auto" }, node.department.label),
    ),
    mentions.map(quote),
  ];
}
