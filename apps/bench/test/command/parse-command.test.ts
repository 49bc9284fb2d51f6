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

t.test('says what is wrong before anything is measured', async (t) => {
  for (const [line, message] of [
    ['', /usage/],
    ['overlaod', /usage/],
    ['overload --workload gpu', /workload must be one of cpu, .*got gpu/],
    ['overload --contestants bare,fence', /contestant must be one of bare, .*got fence/],
    ['overload --factors 2,x', /--factors/],
    ['overload --repeats 0', /--repeats/],
    ['overload --unknown', /unknown/],
  ] as const) {
    t.throws(() => parseCommand(line.split(' ').filter(Boolean)), { message })
  }
})
