// mercurius on fastify: node mercurius.js EXPORT PORT [jit]
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { loadResolvers, typeDefs } from './records.js'

const [path, port, jit] = process.argv.slice(2)
const app = Fastify()
app.register(mercurius, { schema: typeDefs, resolvers: loadResolvers(path), jit: jit === 'jit' ? 1 : 0 })
await app.listen({ host: '127.0.0.1', port: Number(port) })
