// What became of a sheet: read when it is unfolded, the oldest change first.
import { ask } from "./api.js";
import { differences } from "./differences.js";
import { button, h, items, put } from "./dom.js";
import { attempt, note } from "./parts.js";
import { fr, moment, revisionOf } from "./words.js";

const DONE = {
  GENESIS: fr`Fiche importée`,
  ADD: fr`Fiche ajoutée`,
  CORRECT: fr`Fiche corrigée`,
  WITHDRAW: fr`Fiche retirée`,
  RESTORE: fr`Fiche rétablie`,
  MERGE: fr`Fiche réunie à une autre, devenue la même`,
  ERASE: fr`Fiche effacée`,
};

/** What a change did, by whom and why, in a sentence. */
export function sentence({ operation, author, reason }) {
  const by = author === "IMPORT" && operation !== "GENESIS" && fr` par un import`;
  const why = reason ? [fr` : `, h("q", { dir: "auto" }, reason)] : ".";
  return [DONE[operation] ?? operation, by, why];
}

/** The part of a page that shows them. */
export function past({ id }) {
  const list = h("ol", { class: "plain past" });
  const more = h("div");
  const body = h("div", { id: "past" }, list, more);
  let begun = false;

  function load(after) {
    return attempt(body, more, async () => {
      put(more, h("p", { class: "waiting", role: "status" }, fr`Lecture des données…`));
      const { action } = await ask("history", { id, after });
      const { nodes, pageInfo } = action.history;
      list.append(...items(nodes, (change) => entry(id, change)));
      const next = () => load(pageInfo.endCursor);
      put(more, pageInfo.hasNextPage && button(fr`La suite`, next));
      if (!list.children.length) put(more, note(fr`Ce service ne garde pas l'historique des fiches.`));
    });
  }

  function ontoggle({ target }) {
    if (begun || !target.open) return;
    begun = true;
    load(null);
  }

  return h("details", { class: "part unfolded", ontoggle }, h("summary", null, h("h2", null, fr`Historique`)), body);
}

function entry(id, change) {
  const { at, revision, diff, sheet } = change;
  const link = h("a", { href: revisionOf(id, revision) }, fr`La fiche à ce moment (révision ${revision})`);
  return [
    h("h3", null, h("time", { datetime: at }, moment(at))),
    h("p", null, sentence(change)),
    diff.length > 0 && differences(diff),
    sheet && h("p", { class: "note" }, link),
  ];
}
