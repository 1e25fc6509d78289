// The legend of the drawing: which kinds of node it shows.
import { tally } from "../shared/nodes.js";
import { KINDS } from "../shared/tables.js";
import { h } from "./dom.js";
import { note, sign } from "./parts.js";
import { fr, number } from "./words.js";

/** What the legend holds; `redraw()` is called after each choice. */
export function legend(gathered, redraw) {
  const hubs = gathered.hubs();
  return [
    h("legend", null, fr`Montrer`),
    [...tally(gathered.nodes.values())].map(([kind, total]) => kindChoice(gathered, kind, total, redraw)),
    hubs.length > 0 && hubChoice(gathered, hubs, redraw),
  ];
}

function kindChoice({ kinds }, kind, total, redraw) {
  const onchange = (event) => {
    if (event.target.checked) kinds.add(kind);
    else kinds.delete(kind);
    redraw();
  };
  return h(
    "label",
    null,
    h("input", { type: "checkbox", checked: kinds.has(kind), onchange }),
    sign(kind),
    h("span", null, KINDS[kind].many),
    h("span", { class: "tally" }, number(total)),
  );
}

function hubChoice(gathered, hubs, redraw) {
  const onchange = (event) => {
    gathered.withHubs = event.target.checked;
    redraw();
  };
  return [
    h(
      "label",
      { class: "hubs" },
      h("input", { type: "checkbox", id: "hubs", checked: gathered.withHubs, onchange }),
      h("span", null, fr`les nœuds très partagés (${number(hubs.length)})`),
    ),
    note(
      fr`« ${hubs[0].label} » est lié à plus de la moitié des actions : `,
      fr`montré, il rapproche tout et cache le reste.`,
    ),
  ];
}
