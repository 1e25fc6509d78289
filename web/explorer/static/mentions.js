// The bodies that the texts of a sheet name, each with the sentences that do.
import { FIELDS } from "../shared/tables.js";
import { ask } from "./api.js";
import { h, items } from "./dom.js";
import { laterPart, link, note } from "./parts.js";
import { fr, number } from "./words.js";

const SHOWN = 2;

/** A sentence with the words that name the body marked, and the field where it stands. */
export function quote({ field, start, end, sentence, sentenceStart }) {
  // The API counts characters, JavaScript halves of some.
  const letters = [...sentence];
  const [from, to] = [start - sentenceStart, end - sentenceStart];
  const piece = (...range) => letters.slice(...range).join("");
  return h(
    "p",
    { class: "reason" },
    h("q", { dir: "auto" }, piece(0, from), h("mark", null, piece(from, to)), piece(to)),
    " ",
    h("span", { class: "where" }, FIELDS[field]),
  );
}

/** The part of a page that shows them. */
export function bodiesNamed({ id }) {
  return laterPart(fr`Organismes cités`, async () => {
    const { action } = await ask("mentions", { id });
    const found = action?.mentions ?? [];
    if (!found.length) return note(fr`Aucun organisme reconnu dans les textes de cette fiche.`);
    const byBody = new Map();
    for (const mention of found) byBody.set(mention.body.id, [...(byBody.get(mention.body.id) ?? []), mention]);
    return [
      h("ul", { class: "similar", id: "bodies" }, items([...byBody.values()], named)),
      note(fr`Trouvés dans les textes par des règles, qui peuvent se tromper.`),
    ];
  });
}

function named(mentions) {
  const [{ body }] = mentions;
  const others = body.actionCount - 1;
  const more = mentions.length - SHOWN;
  return [
    link(body),
    others > 0 &&
      h(
        "span",
        { class: "where" },
        others > 1 ? fr`et dans ${number(others)} autres fiches` : fr`et dans une autre fiche`,
      ),
    mentions.slice(0, SHOWN).map(quote),
    more > 0 && note(more > 1 ? fr`Et ${number(more)} autres fois.` : fr`Et une autre fois.`),
  ];
}
