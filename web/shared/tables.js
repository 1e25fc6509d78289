// Written by `make tables`: do not edit.

/** The kinds of node: what one is called and several, the path of its pages, its facet and parameter. */
export const KINDS = {
  "action": {"one":"action","many":"actions","title":"Action","path":"actions"},
  "structure": {"one":"centre","many":"centres","title":"Centre","path":"centres","facet":"STRUCTURE","parameter":"centre"},
  "keyword": {"one":"mot-clé","many":"mots-clés","title":"Mot-clé","path":"mots-cles","facet":"KEYWORD","parameter":"motcle"},
  "partner": {"one":"type de partenaire","many":"types de partenaires","title":"Type de partenaire","path":"partenaires","facet":"PARTNER","parameter":"partenaire"},
  "public": {"one":"public","many":"publics","title":"Public","path":"publics","facet":"PUBLIC","parameter":"public"},
  "dimension": {"one":"dimension","many":"dimensions","title":"Dimension","path":"dimensions","facet":"DIMENSION","parameter":"dimension"},
  "initiator": {"one":"initiateur","many":"initiateurs","title":"À l’initiative","path":"initiateurs","facet":"INITIATOR","parameter":"initiative"},
  "territory": {"one":"territoire","many":"territoires","title":"Territoire","path":"territoires","facet":"TERRITORY","parameter":"territoire"},
  "department": {"one":"département","many":"départements","title":"Département","path":"departements","facet":"DEPARTMENT","parameter":"departement"},
};

/** The fields of a sheet, by their names in the API: their labels where a person reads them. */
export const FIELDS = {
  "title": "Nom",
  "department": "Département",
  "year": "Année",
  "structure": "Structure organisatrice",
  "files": "Fichier(s) associé(s)",
  "status": "Statut de l’action",
  "endReason": "Raisons pour lesquelles l’action est terminée",
  "dimension": "Dimension",
  "keywords": "Mots clés associés à l’action",
  "summary": "Résumé",
  "initiators": "Qui est à l’initiative de l’action\u202f?",
  "initiatorDetail": "Précision (si autre)",
  "territory": "Territoire concerné",
  "experience": "Description de l’expérience, ses objectifs, ses acteurs et ses différentes phases.",
  "publics": "Public",
  "partners": "Partenaires d’action",
  "territoryAgain": "Territoire concerné (seconde mention)",
  "description": "Description générale",
  "resources": "Ressources financières mobilisées pour cette action",
  "people": "Nombre de personnes mobilisées pour cette action",
  "results.territory": "Résultat sur le territoire",
  "results.centre": "Résultat pour le centre social",
  "results.residents": "Résultat pour les habitants",
  "limits": "Suite de l’action\u202f: limites",
  "perspectives": "Suite de l’action\u202f: perspectives",
};
