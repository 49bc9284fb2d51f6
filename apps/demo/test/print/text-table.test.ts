import t from 'tap'
import { formatTable } from '../../src/print/text-table.ts'

t.test('aligns, heads groups and wraps, and leaves no space at the end of a line', async (t) => {
  const text = formatTable(
    [
      { title: 'what', align: 'left' },
      { title: 'count', align: 'right' },
      { title: 'why', align: 'left', wrapAt: 14 },
    ],
    [
      'a heading longer than its columns',
      ['one', '1', ''],
      ['two', '1,002', '3 shed, 4 full, 5 expired'],
    ],
  )
  t.equal(
    text,
    [
      'what  count  why',
      '----------------------',
      'a heading longer than its columns',
      'one       1',
      'two   1,002  3 shed,',
      '             4 full,',
      '             5 expired',
    ].join('\n'),
  )
})
