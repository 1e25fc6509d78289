// The selection as a file: CSV for spreadsheets, JSON for programs.
import { ask } from "./api.js";
import { FIELDS } from "./words.js";

/** The most actions that one file holds. */
export const MOST = 5000;

const labels = (nodes) => nodes.map(({ label }) => label).join(" | ");

const COLUMNS = {
  id: ["Identifiant", (a) => a.id],
  title: [FIELDS.title, (a) => a.title],
  year: [FIELDS.year, (a) => a.year],
  department: [FIELDS.department, (a) => a.department?.label],
  structure: [FIELDS.structure, (a) => a.structure.name],
  files: [FIELDS.files, (a) => a.files.join(" | ")],
  status: [FIELDS.status, (a) => a.statusLabel],
  endReason: [FIELDS.endReason, (a) => a.endReason],
  dimension: [FIELDS.dimension, (a) => a.dimension?.label],
  keywords: [FIELDS.keywords, (a) => labels(a.keywords)],
  summary: [FIELDS.summary, (a) => a.summary],
  initiators: [FIELDS.initiators, (a) => labels(a.initiators)],
  initiatorDetail: [FIELDS.initiatorDetail, (a) => a.initiatorDetail],
  territory: [FIELDS.territory, (a) => a.territory?.label],
  experience: [FIELDS.experience, (a) => a.experience],
  publics: [FIELDS.publics, (a) => labels(a.publics)],
  partners: [FIELDS.partners, (a) => labels(a.partners)],
  description: [FIELDS.description, (a) => a.description],
  resources: [FIELDS.resources, (a) => a.resources],
  people: [FIELDS.people, (a) => a.people],
  resultTerritory: [FIELDS.resultTerritory, (a) => a.results.territory],
  resultCentre: [FIELDS.resultCentre, (a) => a.results.centre],
  resultResidents: [FIELDS.resultResidents, (a) => a.results.residents],
  limits: [FIELDS.limits, (a) => a.limits],
  perspectives: [FIELDS.perspectives, (a) => a.perspectives],
};

/** One cell: always quoted, and never a formula for the spreadsheet that opens it. */
function cell(value) {
  const text = String(value ?? "");
  const safe = typeof value === "string" && /^\s*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** The actions as CSV: RFC 4180, in UTF-8 with a byte order mark, for spreadsheets know it by that. */
export function csvOf(actions) {
  const columns = Object.values(COLUMNS);
  const rows = [columns.map(([label]) => cell(label)), ...actions.map((action) => columns.map(([, read]) => cell(read(action))))];
  return `\ufeff${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
}

/** Every action of the selection, at most MOST; `onProgress(done, total)` after each hundred. */
export async function fetchAll(variables, signal, onProgress) {
  const actions = [];
  let after = null;
  for (;;) {
    const { actions: page } = await ask("download", { ...variables, after }, signal);
    actions.push(...page.nodes);
    onProgress(actions.length, page.totalCount);
    if (!page.pageInfo.hasNextPage || actions.length >= MOST) return { actions: actions.slice(0, MOST), total: page.totalCount };
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
