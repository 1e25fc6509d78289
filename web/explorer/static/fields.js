// What a sheet holds, read from an action by the paths of its fields.
import { FIELDS, KINDS } from "../shared/tables.js";

/** The field that links an action to the nodes of a kind: "keywords" where it has a list of them, "structure". */
export const fieldOf = (kind) => KINDS[kind].field;

/** The kinds that an action is linked to. */
export const LINKED = Object.keys(KINDS).filter((kind) => kind !== "action");

/** The nodes that an action is linked to, as far as they were asked for. */
export const linksOf = (action) => LINKED.flatMap((kind) => action[fieldOf(kind)] ?? []);

/** What an action has at the path of a field; the status in words. */
export function valueAt(action, path) {
  return path === "status" ? action.statusLabel : path.split(".").reduce((value, name) => value?.[name], action);
}

/** The label of a field by its path in the API. */
export const fieldLabel = (path) => FIELDS[path] ?? path;
