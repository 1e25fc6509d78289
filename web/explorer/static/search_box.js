// The search box.
import { h } from "./dom.js";
import { Suggestions } from "./suggestions.js";
import { fr } from "./words.js";

/**
 * A search form. `onSearch(words)` is called when it is sent, `onChoose(suggestion)` when a node is taken from what is
 * suggested. Gives `{ element, set }`; `set(words)` shows other words.
 */
export function searchBox({ label, placeholder, words, onSearch, onChoose }) {
  const input = h("input", {
    type: "search",
    id: "search",
    placeholder,
    autocomplete: "off",
    spellcheck: "true",
    maxlength: 200,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    value: words,
  });
  const suggestions = new Suggestions(input, (suggestion) => {
    input.value = suggestion.node ? "" : suggestion.text;
    if (suggestion.node) onChoose(suggestion);
    else onSearch(suggestion.text);
  });
  const onsubmit = (event) => {
    event.preventDefault();
    suggestions.close();
    onSearch(input.value.trim());
  };
  const element = h(
    "form",
    { class: "search", role: "search", "aria-label": label, onsubmit },
    h("label", { for: input.id, class: "hidden" }, label),
    h("div", { class: "field" }, input, suggestions.element),
    h("button", { type: "submit", class: "main" }, fr`Chercher`),
    suggestions.told,
  );
  const set = (text) => {
    if (input.value !== text) input.value = text;
  };
  return { element, set };
}
