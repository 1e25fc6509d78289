// The one way to the data: a query of /explorer/queries, sent to the GraphQL endpoint.
import { post, TooSlow } from "../shared/asking.js";
import { refusal } from "./refusals.js";
import { fr } from "./words.js";

const meta = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name="maillage-endpoint"]'));
const endpoint = meta.content;
const texts = new Map();

/** A failure that can be told to the reader: `message` is a French sentence. */
export class Failure extends Error {}

async function textOf(name) {
  const answer = await fetch(`/explorer/queries/${name}.graphql`);
  if (!answer.ok) throw new Failure(fr`La page n'a pas trouvé une de ses requêtes. Rechargez-la.`);
  return answer.text();
}

function load(name) {
  if (!texts.has(name)) {
    const text = textOf(name);
    text.catch(() => texts.delete(name));
    texts.set(name, text);
  }
  return texts.get(name);
}

/** The data of an answer. Raises Failure, with a sentence, where there is none. */
export async function ask(name, variables = {}, signal) {
  let answer, body;
  try {
    const query = await load(name);
    const accept = "application/graphql-response+json, application/json";
    answer = await post(endpoint, { accept }, { query, variables }, signal);
    body = JSON.parse(answer.text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (answer) throw new Failure(refusal(answer.status));
    if (error instanceof TooSlow) throw new Failure(fr`Le serveur met trop de temps à répondre. Réessayez.`);
    throw new Failure(fr`Le serveur ne répond pas. Vérifiez votre connexion, puis réessayez.`);
  }
  if (!body.data || body.errors) throw new Failure(refusal(answer.status, body.errors));
  return body.data;
}

/** Runs one job at a time: a new one stops the one before it, whose answer is then dropped. */
export class Latest {
  #controller = new AbortController();

  /** What `job(signal)` gives; nothing ever comes where a newer job took its place. */
  run(job) {
    this.#controller.abort();
    const controller = new AbortController();
    this.#controller = controller;
    return new Promise((resolve, reject) => {
      const unlessOld = (react) => (result) => controller.signal.aborted || react(result);
      job(controller.signal).then(unlessOld(resolve), unlessOld(reject));
    });
  }

  stop() {
    this.#controller.abort();
  }
}
