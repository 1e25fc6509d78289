// Above the list: its order, its drawing, its file.
import { h, put } from "./dom.js";
import { csvOf, fetchAll, MOST, save } from "./download.js";
import { failure } from "./parts.js";
import { changed, ordersFor, variablesOf, writeSelection } from "./selection.js";
import { count, fr, number } from "./words.js";

/** What can be done with a selection of `total` actions; `go(selection)` follows another order. */
export function tools(selection, total, go) {
  const progress = h("span", { class: "progress", role: "status" });
  const drawn = changed(selection, { order: "" });
  return [
    order(selection, go),
    total > 0 && h("a", { class: "button", href: `/graphe${writeSelection(drawn)}` }, fr`Voir le graphe`),
    total > 0 &&
      h(
        "span",
        { class: "downloads" },
        fr`Télécharger : `,
        ["CSV", "JSON"].map((kind) =>
          h(
            "button",
            { type: "button", class: "quiet", onclick: (event) => download(event.target, kind, selection, progress) },
            kind,
          ),
        ),
      ),
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

async function download(button, kind, selection, progress) {
  button.disabled = true;
  try {
    const { actions, total } = await fetchAll(variablesOf(selection), (done, all) => {
      progress.textContent = fr`${number(done)} fiches sur ${number(all)}…`;
    });
    if (kind === "CSV") save("actions.csv", csvOf(actions), "text/csv;charset=utf-8");
    else save("actions.json", JSON.stringify(actions, null, 2), "application/json");
    progress.textContent =
      total > MOST
        ? fr`Le fichier contient les ${number(MOST)} premières fiches sur ${number(total)}.`
        : fr`${count(total, "fiche")} dans le fichier.`;
  } catch (error) {
    put(
      progress,
      failure(error, () => button.click()),
    );
  }
  button.disabled = false;
}
