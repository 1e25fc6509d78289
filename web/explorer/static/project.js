// A project that no sheet tells of yet: the actions that resemble it by what it says, and why.
import { ask, Latest } from "./api.js";
import { h, put } from "./dom.js";
import { attempt, entitle, note } from "./parts.js";
import { answers } from "./similar.js";
import { fr } from "./words.js";

const LONGEST = 5000; // characters: what the API takes

export function show(main) {
  entitle(fr`Votre projet`);
  const latest = new Latest();
  const text = /** @type {HTMLTextAreaElement} */ (
    h("textarea", { id: "project", rows: 6, maxlength: LONGEST, required: true, "aria-describedby": "project-note" })
  );
  const list = h("div", { id: "similar" });
  const none = fr`Aucune fiche n'emploie ces mots. Essayez-en d'autres.`;

  function onsubmit(event) {
    event.preventDefault();
    const said = text.value.trim();
    if (!said) return text.focus();
    return attempt(list, list, async () => {
      const { similarActions } = await latest.run((signal) => ask("project", { text: said }, signal));
      put(list, answers(similarActions, none));
    });
  }

  const lead = fr`Qui a déjà fait quelque chose de semblable ?`;
  const kept = note(fr`Quelques phrases suffisent. Ce texte n'est pas enregistré.`);
  kept.id = "project-note";
  put(
    main,
    h("header", { class: "head" }, h("h1", null, fr`Votre projet`), h("p", { class: "lead" }, lead)),
    h(
      "form",
      { class: "project reading", onsubmit },
      h("label", { for: text.id }, fr`Ce que vous voulez faire, avec qui et pour qui`),
      text,
      kept,
      h("button", { type: "submit", class: "main" }, fr`Trouver des actions semblables`),
    ),
    h("section", { class: "reading" }, list),
  );
}
