// graphql-yoga on Node's own HTTP server: node yoga.js EXPORT PORT
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'
import { loadResolvers, typeDefs } from './records.js'

const [path, port] = process.argv.slice(2)
const schema = createSchema({ typeDefs, resolvers: loadResolvers(path) })
createServer(createYoga({ schema, logging: false })).listen(Number(port), '127.0.0.1')
