// A sheet as it was in one of its revisions.
import { ask } from "./api.js";
import { h } from "./dom.js";
import { sentence } from "./history.js";
import { crumbs, entitle, fillWith, missing, note, yearOf } from "./parts.js";
import { sheet } from "./sheet.js";
import { addressOf, fr, moment } from "./words.js";

export async function show(main, id, number) {
  await fillWith(main, async () => {
    const { revision, action } = await ask("revision", { id, revision: number });
    if (revision?.sheet) return page(revision, action, number);
    return missing(fr`Aucune fiche ne répond à cette adresse : elle n'était pas publique alors.`);
  });
}

function page(change, action, number) {
  const { at, sheet: printed } = change;
  entitle(fr`${printed.title} (révision ${number})`);
  const { name, department } = printed.structure;
  const today = action && h("a", { href: addressOf(action.id) }, fr`Voir la fiche d'aujourd'hui`);
  return [
    h(
      "header",
      { class: "head" },
      crumbs(h("span", { dir: "auto" }, name)),
      h("h1", { dir: "auto" }, printed.title),
      h("p", { class: "where" }, yearOf(printed, fr`année inconnue`), h("span", { dir: "auto" }, printed.department)),
    ),
    h(
      "div",
      { class: "reading" },
      h(
        "div",
        { class: "empty", id: "then" },
        h("p", null, fr`La fiche telle qu'elle était le `, h("time", { datetime: at }, moment(at)), "."),
        h("p", null, sentence(change)),
        today ? h("p", null, today) : note(fr`Elle a été retirée depuis.`),
      ),
      sheet({ ...printed, structure: `${name} - ${department}` }),
    ),
  ];
}
