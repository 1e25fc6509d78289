// Chooses the page that the address names, and shows it.
import { put } from "./dom.js";
import { failure, missing } from "./parts.js";
import { idOf, kindOf } from "./words.js";

const main = /** @type {HTMLElement} */ (document.getElementById("page"));

function moduleOf(path, id) {
  if (path === "/") return import("./list.js");
  if (path === "/graphe") return import("./graph.js");
  if (path === "/chiffres") return import("./figures.js");
  if (path === "/projet") return import("./project.js");
  if (!id) return null;
  if (kindOf(id) === "action") return import("./action.js");
  if (kindOf(id) === "body") return import("./body.js");
  return kindOf(id) === "structure" ? import("./centre.js") : import("./concept.js");
}

async function show() {
  const path = location.pathname;
  const id = idOf(path);
  for (const link of document.querySelectorAll(".top nav a")) {
    if (link.getAttribute("href") === path) link.setAttribute("aria-current", "page");
  }
  try {
    const found = moduleOf(path, id);
    if (!found) put(main, missing());
    else await (await found).show(main, id);
  } catch (error) {
    put(
      main,
      failure(error, () => location.reload()),
    );
  }
  main.removeAttribute("aria-busy");
}

show();
