// The records of an export, linked to each other in memory, and the resolvers over them.
import { readFileSync } from 'node:fs'

const LISTS = ['keywords', 'partners', 'publics', 'initiators']
const SINGLES = ['department', 'dimension', 'territory']

export const typeDefs = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')

export function loadResolvers (path) {
  const { concepts, structures, actions } = JSON.parse(readFileSync(path, 'utf8'))
  const byId = new Map()
  for (const concept of concepts) byId.set(concept.id, { ...concept, actions: [] })
  for (const structure of structures) {
    byId.set(structure.id, { ...structure, department: byId.get(structure.department) })
  }
  const all = actions.map((action, ordinal) => {
    const linked = { ...action, ordinal, structure: byId.get(action.structure) }
    for (const name of SINGLES) linked[name] = action[name] === null ? null : byId.get(action[name])
    for (const name of LISTS) linked[name] = action[name].map(id => byId.get(id))
    for (const name of SINGLES) linked[name]?.actions.push(linked)
    for (const name of LISTS) for (const concept of linked[name]) concept.actions.push(linked)
    byId.set(linked.id, linked)
    return linked
  })
  return {
    Query: {
      actions: (_, args) => page(all, args, byId),
      action: (_, { id }) => {
        const found = byId.get(id)
        return found?.title === undefined ? null : found
      }
    },
    Concept: {
      actions: (concept, args) => page(concept.actions, args, byId)
    }
  }
}

function page (list, { first, after }, byId) {
  const start = after ? following(list, byId, after) : 0
  const nodes = list.slice(start, start + first)
  return {
    nodes,
    pageInfo: {
      endCursor: nodes.length ? Buffer.from(nodes[nodes.length - 1].id).toString('base64url') : null,
      hasNextPage: start + first < list.length
    }
  }
}

// The place of the first action of a sorted list that comes after a cursor.
function following (list, byId, cursor) {
  const last = byId.get(Buffer.from(cursor, 'base64url').toString())
  if (last?.ordinal === undefined) throw new Error(`after: ${cursor} is not a cursor of this list`)
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle].ordinal <= last.ordinal) low = middle + 1
    else high = middle
  }
  return low
}
