// How a search was understood: what was put right, what is not in the data, and by which words an action was found.
import { h } from "./dom.js";
import { note } from "./parts.js";
import { changed, writeSelection } from "./selection.js";
import { fr } from "./words.js";

const LETTER = "[\\p{L}\\p{N}]";

/** The text with whole words replaced: `words` has `{ from, to }`. */
function replaced(text, words) {
  const one = (said, { from, to }) => {
    const plain = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return said.replace(new RegExp(`(?<!${LETTER})${plain}(?!${LETTER})`, "gu"), () => to);
  };
  return words.reduce(one, text);
}

/** What is told above the answers of a search. */
export function understood(selection, { corrected, notices }) {
  const { search } = selection;
  const kept = corrected.map(({ from }) => ({ from, to: from.replace(/(^|\s)/g, "$1+") }));
  const asTyped = `/${writeSelection(changed(selection, { search: replaced(search, kept) }))}`;
  return [
    corrected.length > 0 &&
      note(
        fr`Résultats pour « `,
        h("b", { dir: "auto" }, replaced(search, corrected)),
        fr` ». `,
        h("a", { href: asTyped }, fr`Chercher « ${search} » tel quel`),
      ),
    notices.map(({ sentence }) => note(sentence)),
  ];
}

/** By which other words an action was found, and which of those typed it lacks; nothing where it has them all. */
export function foundBy({ matchedBy, missing }) {
  const others = [...new Set(matchedBy.filter(({ how }) => how !== "EXACT").map(({ found }) => found))];
  const said = [
    others.length > 0 && fr`trouvé par : ${others.join(", ")}`,
    missing.length > 0 && fr`sans : ${missing.join(", ")}`,
  ].filter(Boolean);
  return said.length > 0 && h("p", { class: "found-by", dir: "auto" }, said.join(" · "));
}
