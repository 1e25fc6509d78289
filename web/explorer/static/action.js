// One action: its whole sheet, its surroundings, and what resembles it.
import { ask } from "./api.js";
import { h, items } from "./dom.js";
import { linksOf } from "./fields.js";
import { past } from "./history.js";
import { otherYears } from "./lineage.js";
import { bodiesNamed } from "./mentions.js";
import { columns, crumbs, entitle, fillWith, link, missing, nodeLink, nodeLinks, note, part, yearOf } from "./parts.js";
import { sheet } from "./sheet.js";
import { similar } from "./similar.js";
import { surroundings } from "./surroundings.js";
import { addressOf, count, drawingOf, fr, revisionIn } from "./words.js";

export async function show(main, id) {
  const asked = revisionIn(location.search);
  if (asked) return (await import("./revision.js")).show(main, id, asked);
  return fillWith(main, async () => {
    const { action } = await ask("action", { id });
    if (action) {
      // An old id leads to the action that it became.
      if (action.id !== id) history.replaceState(null, "", addressOf(action.id) + location.hash);
      return page(action);
    }
    return missing(fr`Aucune action ne répond à cette adresse. Elle a peut-être été retirée des données.`);
  });
}

function page(action) {
  entitle(action.title);
  const neighbours = linksOf(action)
    .filter(({ id }) => id !== action.department?.id)
    .map((node) => ({ ...node, tally: node.actionCount }));
  const explore = h("a", { class: "button", href: drawingOf(action.id) }, fr`Explorer autour de cette action`);
  return [
    head(action),
    columns(
      h("div", { class: "reading" }, sheet(action), past(action)),
      similar(action),
      otherYears(action),
      bodiesNamed(action),
      part(fr`Dans le graphe`, surroundings(action, neighbours), h("p", null, explore)),
      others(action),
    ),
  ];
}

function head(action) {
  return h(
    "header",
    { class: "head" },
    crumbs(link(action.structure)),
    h("h1", { dir: "auto" }, action.title),
    h(
      "p",
      { class: "where" },
      yearOf(action, fr`année inconnue`),
      nodeLink(action.department),
      action.statusLabel && h("span", { class: "status" }, action.statusLabel),
    ),
    action.keywords.length ? nodeLinks(action.keywords) : note(fr`Cette fiche ne donne aucun mot-clé.`),
  );
}

function others(action) {
  const { id, actions } = action.structure;
  const rest = actions.nodes.filter((other) => other.id !== action.id);
  const all = fr`Les ${count(actions.totalCount, "action")} et les voisins de ce centre`;
  const item = (other) => [link(other), " ", yearOf(other)];
  return part(
    fr`Du même centre`,
    rest.length
      ? h("ul", { class: "plain" }, items(rest, item))
      : note(fr`C'est la seule action de ce centre dans les données.`),
    h("p", null, h("a", { href: addressOf(id) }, actions.totalCount > 12 ? all : fr`La page de ce centre`)),
  );
}
