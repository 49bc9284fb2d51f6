import t from 'tap'
import { routeName } from '../src/route-name.ts'

t.test('a route has one name for each method, and none is another’s', async (t) => {
  const route = { path: '/' }
  const name = routeName({ method: 'GET', route } as never)
  t.match(name, /^GET \/ /)
  t.equal(routeName({ method: 'GET', route } as never), name)
  t.not(routeName({ method: 'POST', route } as never), name)
  t.not(routeName({ method: 'GET', route: { path: '/' } } as never), name, 'under another router')
  t.match(routeName({ method: 'GET', route: { path: [/a/, '/b'] } } as never), /^GET \/a\/,\/b /)
  t.equal(routeName({ method: 'GET' } as never), undefined)
})
