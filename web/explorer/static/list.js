// The list of actions: search, facets, order, pages; its whole state is in the address.
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { csvOf, fetchAll, MOST, save } from "./download.js";
import { actionCard, entitle, failure } from "./parts.js";
import { searchBox } from "./search_box.js";
import { bareValue, FACETS, ordersFor, readSelection, toggled, variablesOf, writeSelection } from "./selection.js";
import { addressOf, count, fr, number } from "./words.js";

const PAGE = 20;
const SHORT = 7;

export async function show(main) {
  let selection = readSelection(location.search);
  const latest = new Latest();
  const openFacets = new Map(FACETS.map(({ field }, i) => [field, i < 3]));
  const longFacets = new Set();

  const box = searchBox({
    label: fr`Chercher dans les actions`,
    placeholder: fr`mobilité, repas, isolement…`,
    words: selection.search,
    onSearch: (search) => go({ ...selection, search, after: null, before: null, page: 1 }),
    onChoose({ kind, node }) {
      if (kind === "ACTION") location.assign(addressOf(node.id));
      else if ((selection.values[kind] ?? []).includes(node.id)) box.set(selection.search);
      else go({ ...toggled(selection, kind, node.id), search: "" });
    },
  });
  const heading = h("h2", { class: "tally-line", "aria-live": "polite", id: "count", tabindex: "-1" });
  const chips = h("div", { class: "chips" });
  const tools = h("div", { class: "tools" });
  const facets = h("div", { class: "facets" });
  const facetPanel = h("details", { class: "facet-panel" }, h("summary", null, fr`Affiner`), facets);
  const wide = matchMedia("(min-width: 60rem)");
  const fold = () => (facetPanel.open = wide.matches);
  wide.addEventListener("change", fold);
  fold();
  const results = h("div", { class: "results", id: "results" });
  const pages = h("nav", { class: "pager", "aria-label": fr`Pages de résultats` });

  put(
    main,
    h(
      "div",
      { class: "hero" },
      h("h1", null, fr`Les actions des centres sociaux`),
      h("p", { class: "lead" }, fr`Qui a déjà fait cela ? Avec qui ? Quels centres gagneraient à se rencontrer ?`),
      box,
    ),
    h("div", { class: "columns" }, h("aside", { "aria-label": fr`Affiner la liste` }, facetPanel), h("section", { class: "list", "aria-labelledby": "count" }, heading, chips, tools, results, pages)),
  );

  function go(next) {
    selection = next;
    history.pushState(null, "", `/${writeSelection(next)}`);
    return load();
  }

  addEventListener("popstate", () => {
    selection = readSelection(location.search);
    load();
  });

  async function load() {
    box.set(selection.search);
    results.setAttribute("aria-busy", "true");
    if (!results.hasChildNodes()) put(results, h("p", { class: "waiting" }, fr`Lecture des actions…`));
    const { after, before } = selection;
    const place = before ? { last: PAGE, before } : { first: PAGE, after };
    let data;
    try {
      data = await latest.run((signal) => ask("actions", { ...variablesOf(selection), ...place }, signal));
      if (!data) return;
    } catch (error) {
      put(heading, fr`La liste n'a pas pu être lue`);
      put(pages);
      put(results, failure(error, load));
      results.removeAttribute("aria-busy");
      return;
    }
    draw(data.actions);
    results.removeAttribute("aria-busy");
  }

  function draw(list) {
    const words = selection.search;
    put(heading, list.totalCount === 0 ? fr`Aucune action ne correspond` : fr`${count(list.totalCount, "action")}${words ? fr` pour « ${words} »` : ""}`);
    entitle(words ? fr`« ${words} »` : fr`Les actions des centres sociaux`);
    const chosen = chosenValues(list);
    put(chips, drawChips(chosen));
    put(tools, drawTools(list.totalCount));
    drawFacets(list.facets);
    put(results, list.totalCount === 0 ? emptyState(list, chosen) : list.edges.map(({ node, highlights }) => actionCard(node, highlights, "h3")));
    put(pages, drawPages(list));
  }

  function chosenValues({ facets: told, unknownValues }) {
    const unknown = new Map(unknownValues.map((value) => [value.value, value]));
    return FACETS.flatMap(({ field, one }) => {
      const known = new Map(told.find((facet) => facet.field === field)?.values.map(({ value, label }) => [value, label]));
      return (selection.values[field] ?? []).map((value) => ({ field, one, value, label: known.get(value) ?? bareValue(value), unknown: unknown.get(value) }));
    });
  }

  const without = ({ field, value }) => go(toggled(selection, field, value));
  const withoutWords = () => go({ ...selection, search: "", after: null, before: null, page: 1 });
  const nothing = () => go({ ...selection, search: "", values: {}, after: null, before: null, page: 1 });

  function drawChips(chosen) {
    if (!chosen.length && !selection.search) return [];
    const chip = (one, label, remove) =>
      h("li", null, h("button", { type: "button", class: "chip", onclick: remove }, h("span", { class: "hidden" }, fr`Retirer `), fr`${one} : `, h("b", { dir: "auto" }, label), h("span", { "aria-hidden": "true" }, " ✕")));
    return [
      h("ul", { "aria-label": fr`Ce qui est choisi` }, selection.search && chip(fr`Mots`, selection.search, withoutWords), chosen.map((value) => chip(value.one, value.label, () => without(value)))),
      chosen.length + (selection.search ? 1 : 0) > 1 && h("button", { type: "button", class: "quiet", onclick: nothing }, fr`Tout effacer`),
    ];
  }

  function drawTools(total) {
    const progress = h("span", { class: "progress", role: "status" });
    const download = async (event, kind) => {
      const button = event.currentTarget;
      button.disabled = true;
      try {
        const found = await fetchAll(variablesOf(selection), undefined, (done, all) => (progress.textContent = fr`${number(done)} fiches sur ${number(all)}…`));
        if (kind === "csv") save("actions.csv", csvOf(found.actions), "text/csv;charset=utf-8");
        else save("actions.json", JSON.stringify(found.actions, null, 2), "application/json");
        progress.textContent = found.total > MOST ? fr`Le fichier contient les ${number(MOST)} premières fiches sur ${number(found.total)}.` : fr`${count(found.total, "fiche")} dans le fichier.`;
      } catch (error) {
        put(progress, failure(error, () => button.click()));
      }
      button.disabled = false;
    };
    const orders = Object.entries(ordersFor(selection));
    return [
      h("label", { class: "order" }, h("span", null, fr`Ordre`), h("select", { onchange: (event) => go({ ...selection, order: event.target.value, after: null, before: null, page: 1 }) }, orders.map(([name, { label }]) => h("option", { value: name, selected: name === selection.order }, label)))),
      total > 0 && h("a", { class: "button", href: `/graphe${writeSelection({ ...selection, after: null, before: null, page: 1, order: "" })}` }, fr`Voir le graphe`),
      total > 0 && h("span", { class: "downloads" }, fr`Télécharger : `, h("button", { type: "button", class: "quiet", onclick: (event) => download(event, "csv") }, "CSV"), h("button", { type: "button", class: "quiet", onclick: (event) => download(event, "json") }, "JSON")),
      total > MOST && h("span", { class: "note" }, fr`(les ${number(MOST)} premières)`),
      progress,
    ];
  }

  let counted = [];

  function drawFacets(told) {
    counted = told;
    const focused = facets.contains(document.activeElement) ? document.activeElement.id : null;
    put(facets, FACETS.map((facet) => drawFacet(facet, told.find(({ field }) => field === facet.field))));
    if (focused) document.getElementById(focused)?.focus();
  }

  function drawFacet({ field, title }, told) {
    const chosen = selection.values[field] ?? [];
    const known = new Set(told?.values.map(({ value }) => value));
    const values = [...chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: bareValue(value), count: 0 })), ...(told?.values ?? [])];
    if (!values.length) return null;
    const long = longFacets.has(field);
    const shown = values.filter(({ value }, i) => long || i < SHORT || chosen.includes(value));
    const hidden = values.length - shown.length;
    const beyond = long ? told.valueCount - told.values.length : 0;
    return h(
      "details",
      { class: "facet", open: openFacets.get(field) || chosen.length > 0, ontoggle: (event) => openFacets.set(field, event.target.open) },
      h("summary", { id: `facet-${field}` }, title, chosen.length > 0 && h("span", { class: "dot" }, number(chosen.length))),
      h(
        "ul",
        null,
        shown.map(({ value, label, count: tally }) =>
          h(
            "li",
            null,
            h(
              "label",
              null,
              h("input", { type: "checkbox", id: `value-${field}-${value}`, checked: chosen.includes(value), onchange: () => go(toggled(selection, field, value)) }),
              h("span", { class: "name", dir: "auto" }, label),
              h("span", { class: "tally" }, number(tally)),
            ),
          ),
        ),
      ),
      hidden > 0 && h("button", { type: "button", class: "quiet", id: `more-${field}`, onclick: () => { longFacets.add(field); drawFacets(counted); } }, fr`Voir ${hidden === 1 ? "l’autre" : `les ${number(hidden)} autres`}`),
      beyond > 0 && h("p", { class: "note" }, fr`Et ${number(beyond)} autres valeurs : cherchez-les par leur nom.`),
    );
  }

  function emptyState({ unknownValues }, chosen) {
    const loosen = [
      selection.search && h("li", null, h("button", { type: "button", class: "quiet", onclick: withoutWords }, fr`Chercher sans « ${selection.search} »`)),
      ...chosen.map((value) => h("li", null, h("button", { type: "button", class: "quiet", onclick: () => without(value) }, fr`Retirer « ${value.label} »`))),
    ].filter(Boolean);
    return h(
      "div",
      { class: "empty" },
      unknownValues.map(({ value, closeTo }) => h("p", null, h("b", null, fr`« ${bareValue(value)} » n'est pas dans les données.`), closeTo && fr` Peut-être « ${closeTo} » ?`)),
      unknownValues.length === 0 && h("p", null, chosen.length + (selection.search ? 1 : 0) > 1 ? fr`Aucune fiche ne réunit tout cela.` : fr`Aucune fiche ne le contient.`),
      loosen.length > 0 && [h("p", null, fr`Pour élargir :`), h("ul", null, loosen)],
      loosen.length > 1 && h("button", { type: "button", onclick: nothing }, fr`Voir toutes les actions`),
    );
  }

  function drawPages({ totalCount, pageInfo }) {
    const last = Math.ceil(totalCount / PAGE);
    if (last < 2) return [];
    const turn = async (place, page) => {
      await go({ ...selection, after: null, before: null, ...place, page });
      heading.focus();
      heading.scrollIntoView({ block: "start" });
    };
    return [
      h("button", { type: "button", disabled: !pageInfo.hasPreviousPage, onclick: () => turn(selection.page <= 2 ? {} : { before: pageInfo.startCursor }, selection.page - 1) }, fr`← Précédentes`),
      h("span", null, fr`Page ${number(selection.page)} sur ${number(last)}`),
      h("button", { type: "button", disabled: !pageInfo.hasNextPage, onclick: () => turn({ after: pageInfo.endCursor }, selection.page + 1) }, fr`Suivantes →`),
    ];
  }

  await load();
}
