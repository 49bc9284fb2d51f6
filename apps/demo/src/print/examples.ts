/** What to type to look at the running shop, and to overload it. */
export function formatExamples(url: string): string {
  return `The shop is at ${url}. Look at it:

  curl "${url}/search?q=oak+table"       # important
  curl ${url}/products/17                # important
  curl ${url}/recommendations/17         # optional
  curl ${url}/reports/daily              # opportunistic
  curl ${url}/livez                      # exempt
  curl "${url}/checkout?product=17" -H content-type:application/json \\
    -d '{"customer":1,"quantity":2}'     # critical

Overload it in another terminal, and look again meanwhile:

  npx autocannon -c 500 -d 20 "${url}/search?q=oak+table"

Ctrl-C drains and stops it.`
}
