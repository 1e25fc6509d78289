// The selection as a file: CSV for spreadsheets, JSON for programs.
import { FIELDS } from "../shared/tables.js";
import { ask } from "./api.js";
import { valueAt } from "./fields.js";
import { nameOf } from "./words.js";

/** The most actions that one file holds. */
export const MOST = 5000;

const COLUMNS = { id: "Identifiant", ...FIELDS };

/** What a cell shows of a value: a node by its name, a list joined. */
function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join(" | ");
  return value !== null && typeof value === "object" ? nameOf(value) : value;
}

/** One cell: always quoted, and never a formula for the spreadsheet that opens it. */
function cell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The actions as CSV: RFC 4180, in UTF-8 with a byte order mark, for spreadsheets know it by that. */
export function csvOf(actions) {
  const paths = Object.keys(COLUMNS);
  const rows = [Object.values(COLUMNS), ...actions.map((action) => paths.map((path) => shown(valueAt(action, path))))];
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** Every action of the selection, at most MOST; `onProgress(done, total)` after each hundred. */
export async function fetchAll(variables, onProgress) {
  const actions = [];
  let after = null;
  for (;;) {
    const { actions: page } = await ask("download", { ...variables, after });
    actions.push(...page.nodes);
    onProgress(actions.length, page.totalCount);
    if (!page.pageInfo.hasNextPage || actions.length >= MOST)
      return { actions: actions.slice(0, MOST), total: page.totalCount };
    after = page.pageInfo.endCursor;
  }
}

/** Hands a file to the browser. */
export function save(name, content, type) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
