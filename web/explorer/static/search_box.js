// The search box and what it suggests while one types.
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { sign } from "./parts.js";
import { count, fr, KINDS } from "./words.js";

let boxes = 0;

/**
 * A search form. `onSearch(words)` is called when it is sent, `onChoose(suggestion)` when a suggestion is taken.
 * `kinds` bounds what is suggested (every kind and plain words without it).
 * Gives the form, with `set(words)` to show other words.
 */
export function searchBox({ label, placeholder, words = "", kinds = null, button = fr`Chercher`, onSearch, onChoose }) {
  const name = `search-${++boxes}`;
  const latest = new Latest();
  let shown = [];
  let active = -1;
  let timer = 0;

  const options = h("ul", { role: "listbox", id: `${name}-list`, "aria-label": fr`Suggestions`, hidden: true });
  const told = h("p", { class: "hidden", role: "status" });
  const input = h("input", {
    type: "search", id: name, placeholder, autocomplete: "off", spellcheck: "true", maxlength: 200,
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${name}-list`,
    value: words,
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(suggest, 120);
    },
    onkeydown: onKey,
    onblur: () => close(),
  });

  function close() {
    clearTimeout(timer);
    latest.stop();
    shown = [];
    active = -1;
    options.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    active = index;
    [...options.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", options.children[index].id);
      options.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(suggestion) {
    close();
    input.value = suggestion.node ? "" : suggestion.text;
    if (suggestion.node) onChoose(suggestion);
    else onSearch(suggestion.text);
  }

  function option(suggestion, i) {
    const kind = suggestion.kind?.toLowerCase();
    return h(
      "li",
      { role: "option", id: `${name}-${i}`, "aria-selected": "false", onmousedown: (event) => event.preventDefault(), onclick: () => choose(suggestion) },
      kind && sign(kind),
      h("span", { class: "words", dir: "auto" }, suggestion.text),
      h("span", { class: "hint" }, kind && kind !== "action" ? `${KINDS[kind].one} · ${count(suggestion.actionCount, "action")}` : kind ? "action" : count(suggestion.actionCount, "action")),
    );
  }

  async function suggest() {
    const prefix = input.value.trim();
    if (!prefix) return close();
    try {
      const data = await latest.run((signal) => ask("suggest", { prefix, kinds }, signal));
      if (!data || document.activeElement !== input) return;
      shown = data.suggest;
    } catch {
      return close(); // suggestions are a help: the search itself tells what is wrong
    }
    active = -1;
    put(options, shown.map(option));
    options.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    told.textContent = shown.length ? count(shown.length, "suggestion") : fr`Aucune suggestion`;
  }

  function onKey(event) {
    if (event.key === "Escape" && shown.length) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && shown.length) {
      event.preventDefault();
      const places = shown.length + 1; // one place is the box itself
      mark(((active + 1 + (event.key === "ArrowDown" ? 1 : places - 1)) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(shown[active]);
    }
  }

  const form = h(
    "form",
    {
      class: "search",
      role: "search",
      "aria-label": label,
      onsubmit: (event) => {
        event.preventDefault();
        const wanted = input.value.trim();
        close();
        onSearch(wanted);
      },
    },
    h("label", { for: name, class: "hidden" }, label),
    h("div", { class: "field" }, input, options),
    h("button", { type: "submit", class: "main" }, button),
    told,
  );
  form.set = (text) => {
    if (input.value !== text) input.value = text;
  };
  return form;
}
