// Written by `make tables`: do not edit.

/** The kinds of node: words for one and several, path of its pages, facet, field in an action. */
export const KINDS = {
  "action": {"one":"action","many":"actions","title":"Action","path":"actions"},
  "structure": {"one":"centre","many":"centres","title":"Centre","path":"centres","facet":"STRUCTURE","parameter":"centre","field":"structure","list":false},
  "keyword": {"one":"mot-clé","many":"mots-clés","title":"Mot-clé","path":"mots-cles","facet":"KEYWORD","parameter":"motcle","field":"keywords","list":true},
  "partner": {"one":"type de partenaire","many":"types de partenaires","title":"Type de partenaire","path":"partenaires","facet":"PARTNER","parameter":"partenaire","field":"partners","list":true},
  "public": {"one":"public","many":"publics","title":"Public","path":"publics","facet":"PUBLIC","parameter":"public","field":"publics","list":true},
  "dimension": {"one":"dimension","many":"dimensions","title":"Dimension","path":"dimensions","facet":"DIMENSION","parameter":"dimension","field":"dimension","list":false},
  "initiator": {"one":"initiateur","many":"initiateurs","title":"À l’initiative","path":"initiateurs","facet":"INITIATOR","parameter":"initiative","field":"initiators","list":true},
  "territory": {"one":"territoire","many":"territoires","title":"Territoire","path":"territoires","facet":"TERRITORY","parameter":"territoire","field":"territory","list":false},
  "department": {"one":"département","many":"départements","title":"Département","path":"departements","facet":"DEPARTMENT","parameter":"departement","field":"department","list":false},
  "region": {"one":"région","many":"régions","title":"Région","path":"regions","facet":"REGION","parameter":"region","field":"region","list":false},
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
