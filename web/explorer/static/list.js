// The list of actions: search, facets, order, pages; its whole state is in the address.
import { KINDS } from "../shared/tables.js";
import { ask, Latest } from "./api.js";
import { chips, emptyState } from "./chips.js";
import { h, put } from "./dom.js";
import { Facets } from "./facets.js";
import { pageOf, pager } from "./pager.js";
import { actionCard, entitle, failure } from "./parts.js";
import { searchBox } from "./search_box.js";
import { changed, chosenValues, readSelection, settled, toggled, variablesOf, writeSelection } from "./selection.js";
import { tools } from "./tools.js";
import { foundBy, understood } from "./understood.js";
import { addressOf, count, fr } from "./words.js";

export function show(main) {
  const page = new ListPage();
  put(main, page.hero(), page.columns());
  page.load();
}

class ListPage {
  #selection = readSelection(location.search);
  #latest = new Latest();
  #go = (selection) => {
    this.#selection = selection;
    history.pushState(null, "", `/${writeSelection(selection)}`);
    return this.load();
  };
  #facets = new Facets(this.#go);
  #heading = h("h2", { class: "tally-line", "aria-live": "polite", id: "count", tabindex: "-1" });
  #told = h("div", { class: "told", "aria-live": "polite" });
  #chips = h("div", { class: "chips" });
  #tools = h("div", { class: "tools" });
  #results = h("div", { class: "results", id: "results" });
  #pages = h("nav", { class: "pager", "aria-label": fr`Pages de résultats` });
  #box = searchBox({
    label: fr`Chercher dans les actions`,
    placeholder: fr`mobilité, repas, isolement…`,
    words: this.#selection.search,
    onSearch: (search) => this.#go(changed(this.#selection, { search })),
    onChoose: (suggestion) => this.#choose(suggestion),
  });

  constructor() {
    addEventListener("popstate", () => {
      this.#selection = readSelection(location.search);
      this.load();
    });
  }

  hero() {
    return h(
      "div",
      { class: "hero" },
      h("h1", null, fr`Les actions des centres sociaux`),
      h("p", { class: "lead" }, fr`Qui a déjà fait cela ? Avec qui ? Quels centres gagneraient à se rencontrer ?`),
      this.#box.element,
    );
  }

  columns() {
    const panel = h("details", { class: "facet-panel" }, h("summary", null, fr`Affiner`), this.#facets.element);
    const wide = matchMedia("(min-width: 60rem)");
    const fold = () => panel.toggleAttribute("open", wide.matches);
    wide.addEventListener("change", fold);
    fold();
    const list = [this.#heading, this.#told, this.#chips, this.#tools, this.#results, this.#pages];
    return h(
      "div",
      { class: "columns" },
      h("aside", { "aria-label": fr`Affiner la liste` }, panel),
      h("section", { class: "list", "aria-labelledby": "count" }, list),
    );
  }

  /** A suggestion becomes a filter; an action is opened. */
  #choose({ kind, node }) {
    const { search, values } = this.#selection;
    const { facet } = KINDS[kind];
    if (!facet) location.assign(addressOf(node.id));
    else if (values[facet]?.includes(node.id)) this.#box.set(search);
    else this.#go({ ...toggled(this.#selection, facet, node.id), search: "" });
  }

  async load() {
    const selection = this.#selection;
    const results = this.#results;
    this.#box.set(selection.search);
    results.setAttribute("aria-busy", "true");
    if (!results.hasChildNodes()) put(results, h("p", { class: "waiting" }, fr`Lecture des actions…`));
    const variables = { ...variablesOf(selection), ...pageOf(selection) };
    try {
      const { actions } = await this.#latest.run((signal) => ask("actions", variables, signal));
      this.#draw(selection, actions);
    } catch (error) {
      put(this.#heading, fr`La liste n'a pas pu être lue`);
      put(this.#told);
      put(this.#pages);
      put(
        results,
        failure(error, () => this.load()),
      );
    }
    results.removeAttribute("aria-busy");
  }

  #draw(asked, list) {
    const { search } = asked;
    const { totalCount, edges, facets, unknownValues } = list;
    const selection = settled(asked, facets, unknownValues);
    const chosen = chosenValues(selection, facets);
    const found = fr`${count(totalCount, "action")}${search ? fr` pour « ${search} »` : ""}`;
    const turn = async (next) => {
      await this.#go(next);
      this.#heading.focus();
      this.#heading.scrollIntoView({ block: "start" });
    };
    put(this.#heading, totalCount ? found : fr`Aucune action ne correspond`);
    entitle(search ? fr`« ${search} »` : fr`Les actions des centres sociaux`);
    put(this.#told, understood(selection, list));
    put(this.#chips, chips(selection, chosen, this.#go));
    put(this.#tools, tools(selection, totalCount, this.#go));
    this.#facets.draw(selection, facets);
    put(
      this.#results,
      totalCount
        ? edges.map((edge) => actionCard(edge.node, edge.highlights, "h3", foundBy(edge)))
        : emptyState(selection, chosen, unknownValues, this.#go),
    );
    put(this.#pages, pager(selection, list, turn));
  }
}
