import t from 'tap'
import { parseCommand } from '../../src/command/parse-command.ts'

t.test('reads what is given and fills in the rest', async (t) => {
  const args = 'overload --workload cpu,pool --factors 2,5 --seconds 4 --out x'.split(' ')
  const { command, options, out } = parseCommand(args)
  t.equal(command, 'overload')
  t.equal(out, 'x')
  t.match(options, { workloads: ['cpu', 'pool'], factors: [2, 5], seconds: 4, repeats: 3 })
  t.ok(options.contestants.includes('headgate'))
})

t.test('the guards of a host are its own', async (t) => {
  const express = parseCommand(['overload', '--host', 'express', '--add']).options
  t.strictSame(express.hosts, ['express'])
  t.ok(express.contestants.includes('toobusy-tuned'))
  const { options, adds } = parseCommand(['overhead'])
  t.match(options, { hosts: ['fastify', 'express', 'koa', 'node'], contestants: [] })
  t.notOk(adds)
  t.ok(parseCommand(['overhead', '--add']).adds)
})

t.test('says what is wrong before anything is measured', async (t) => {
  for (const [line, message] of [
    ['', /usage/],
    ['overlaod', /usage/],
    ['overload --workload gpu', /workload must be one of cpu, .*got gpu/],
    ['overload --contestants bare,fence', /contestant must be one of bare, .*got fence/],
    ['overload --host hapi', /host must be one of fastify, .*got hapi/],
    ['overload --host koa,express', /--host must be one, got koa,express/],
    ['tiers --host koa', /--host must be fastify for tiers/],
    ['overload --host koa --contestants under-pressure', /contestant must be one of bare, .*koa/],
    ['overhead --contestants headgate-guard', /under node, got headgate-guard/],
    ['overload --factors 2,x', /--factors/],
    ['overload --repeats 0', /--repeats/],
    ['overload --unknown', /unknown/],
  ] as const) {
    t.throws(() => parseCommand(line.split(' ').filter(Boolean)), { message })
  }
})
