// Above the list: its order, its drawing, its file.
import { button, h } from "./dom.js";
import { csvOf, fetchAll, MOST, save } from "./download.js";
import { attempt } from "./parts.js";
import { changed, ordersFor, variablesOf, writeSelection } from "./selection.js";
import { count, fr, number } from "./words.js";

/** What can be done with a selection of `total` actions; `go(selection)` follows another order. */
export function tools(selection, total, go) {
  const progress = h("span", { class: "progress", role: "status" });
  const file = (kind) => button(kind, (event) => download(event.target, kind, selection, progress), { class: "quiet" });
  const drawn = `/graphe${writeSelection(changed(selection, { order: "" }))}`;
  return [
    order(selection, go),
    total > 0 && h("a", { class: "button", href: drawn }, fr`Voir le graphe`),
    total > 0 && h("span", { class: "downloads" }, fr`Télécharger : `, file("CSV"), file("JSON")),
    total > MOST && h("span", { class: "note" }, fr`(les ${number(MOST)} premières)`),
    progress,
  ];
}

function order(selection, go) {
  const options = Object.entries(ordersFor(selection)).map(([value, { label }]) =>
    h("option", { value, selected: value === selection.order }, label),
  );
  const onchange = (event) => go(changed(selection, { order: event.target.value }));
  return h("label", { class: "order" }, h("span", null, fr`Ordre`), h("select", { onchange }, options));
}

async function download(pressed, kind, selection, progress) {
  pressed.disabled = true;
  await attempt(progress, progress, async () => {
    const { actions, total } = await fetchAll(variablesOf(selection), (done, all) => {
      progress.textContent = fr`${number(done)} fiches sur ${number(all)}…`;
    });
    if (kind === "CSV") save("actions.csv", csvOf(actions), "text/csv;charset=utf-8");
    else save("actions.json", JSON.stringify(actions, null, 2), "application/json");
    const cut = fr`Le fichier contient les ${number(MOST)} premières fiches sur ${number(total)}.`;
    progress.textContent = total > MOST ? cut : fr`${count(total, "fiche")} dans le fichier.`;
  });
  pressed.disabled = false;
}
