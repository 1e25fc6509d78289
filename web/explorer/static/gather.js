// Reads what the drawing shows from the API.
import { ask, Failure } from "./api.js";
import { variablesOf } from "./selection.js";
import { count, fr, number } from "./words.js";

/** The most nodes that are drawn. */
const MOST = 2000;

function tooMany(actions = 0) {
  const told = actions ? ` (${count(actions, "action")})` : "";
  return new Failure(
    fr`Cette sélection donne plus de ${number(MOST)} nœuds${told} : le dessin serait illisible. ` +
      fr`Choisissez un mot-clé, une année ou un centre dans la liste, puis revenez.`,
  );
}

/** Gathers the actions of a selection and all that they are linked to; `onProgress(nodes)` after each hundred. */
export async function gatherSelection(gathered, selection, onProgress) {
  const { search, where } = variablesOf(selection);
  let after = null;
  do {
    const { actions } = await ask("graph_actions", { search, where, first: 100, after });
    if (actions.totalCount <= MOST) for (const action of actions.nodes) gathered.action(action);
    if (actions.totalCount > MOST || gathered.nodes.size > MOST) throw tooMany(actions.totalCount);
    onProgress(gathered.nodes.size);
    after = actions.pageInfo.hasNextPage ? actions.pageInfo.endCursor : null;
  } while (after);
}

/** Gathers what stands two links around a node; true where more does than is given. */
export async function gatherAround(gathered, id) {
  const { neighbourhood } = await ask("neighbourhood", { id, depth: 2, first: 100 });
  gathered.merge(neighbourhood.nodes, neighbourhood.edges);
  return neighbourhood.truncated;
}

/** Unfolds the neighbours of a node. */
export async function unfold(gathered, id) {
  const { neighbourhood } = await ask("neighbourhood", { id, depth: 1, first: 60 });
  const ids = neighbourhood.nodes.map((node) => node.id);
  if (new Set([...gathered.nodes.keys(), ...ids]).size > MOST) throw tooMany();
  gathered.unfold(neighbourhood.nodes, neighbourhood.edges);
}
