import { findContestant } from '../contestant/find-contestant.ts'
import { createBenchServer } from '../host/create-server.ts'
import { findHost } from '../host/host-name.ts'
import { type MessagesPlan, timeMessages } from './time-messages.ts'

const PLAN: MessagesPlan = { warmUp: 300_000, rounds: 5, requests: 100_000 }

// A process of its own for each: how V8 compiles one host's code depends on what ran before.
const [hostName = '', spec = ''] = process.argv.slice(2)
const host = findHost(hostName)
const routes = [{ path: '/', tier: undefined, handler: async () => 'hello world' }]
const { server } = await createBenchServer(host, findContestant(spec, host), routes)
process.send?.(await timeMessages(server, PLAN), () => process.exit())
