// What a reader is told when the endpoint answers without data.
import { fr } from "./words.js";

const BUSY = fr`Le serveur est très occupé. Attendez quelques secondes, puis réessayez.`;
const TOO_LARGE = fr`Cette demande est trop grande pour le serveur. Précisez votre choix, puis réessayez.`;
const NOT_UNDERSTOOD =
  fr`Le serveur n'a pas compris cette demande. ` +
  fr`L'adresse de la page a peut-être été abîmée : revenez à la liste complète.`;
const NOT_FOUND = fr`Ce que l'adresse de la page nomme n'est pas dans les données : revenez à la liste complète.`;
const NOT_READY = fr`Ce calcul n'est pas encore fini. Réessayez dans quelques minutes.`;
const OLD_PAGE = fr`Le serveur ne répond plus à cette version de la page. Rechargez-la.`;
const FAULT = fr`Le serveur n'a pas pu répondre. Réessayez dans un instant.`;

/** The sentence for each `extensions.code` of the endpoint that a reader of these pages can meet. */
export const SENTENCES = {
  OVERLOADED: BUSY,
  REQUEST_TIMEOUT: fr`La demande est arrivée trop lentement. Vérifiez votre connexion, puis réessayez.`,
  TIMEOUT: TOO_LARGE,
  BODY_TOO_LARGE: TOO_LARGE,
  QUERY_TOO_LONG: TOO_LARGE,
  TOO_MANY_TOKENS: TOO_LARGE,
  QUERY_TOO_DEEP: TOO_LARGE,
  TOO_MANY_ALIASES: TOO_LARGE,
  TOO_MANY_ROOT_FIELDS: TOO_LARGE,
  TOO_MANY_DIRECTIVES: TOO_LARGE,
  TOO_MANY_FIELDS: TOO_LARGE,
  PAGE_TOO_LARGE: TOO_LARGE,
  QUERY_TOO_COSTLY: TOO_LARGE,
  VARIABLES_TOO_LARGE: TOO_LARGE,
  LIST_TOO_LONG: TOO_LARGE,
  STRING_TOO_LONG: TOO_LARGE,
  RESPONSE_TOO_LARGE: TOO_LARGE,
  BAD_USER_INPUT: NOT_UNDERSTOOD,
  GRAPHQL_VALIDATION_FAILED: OLD_PAGE,
  DOCUMENT_NOT_ALLOWED: OLD_PAGE,
  INTERNAL: FAULT,
};

/** The sentence for a reason that stands beside a code. */
const REASONS = { NOT_FOUND, NOT_READY };

/** Answers without a body that says more. */
const CODES = { 408: "REQUEST_TIMEOUT", 503: "OVERLOADED" };

/** The sentence for an answer of this status with these errors, if any. */
export function refusal(status, errors = []) {
  const { code = CODES[status], reason = null } = errors[0]?.extensions ?? {};
  return REASONS[reason] ?? SENTENCES[code] ?? FAULT;
}
