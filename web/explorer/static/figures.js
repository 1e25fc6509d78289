// Figures of the whole data: each a picture made for reading, with the table behind it.
import { h, put } from "./dom.js";
import { families } from "./families.js";
import { gaps } from "./gaps.js";
import { midst } from "./midst.js";
import { pairs } from "./pairs.js";
import { entitle, laterPart } from "./parts.js";
import { fr } from "./words.js";
import { years } from "./years.js";

export async function show(main) {
  entitle(fr`Chiffres`);
  const lead = fr`Ce que disent les fiches quand on les regarde toutes ensemble.`;
  put(
    main,
    h("header", { class: "head" }, h("h1", null, fr`Chiffres`), h("p", { class: "lead" }, lead)),
    h(
      "div",
      { class: "figures" },
      laterPart(fr`Les mots-clés, année par année`, years),
      laterPart(fr`Les mots-clés qui vont ensemble`, pairs),
      laterPart(fr`Les familles d'actions`, families),
      laterPart(fr`Ce qui relie les fiches`, midst),
      laterPart(fr`Ce qui manque dans les fiches`, gaps),
    ),
  );
}
