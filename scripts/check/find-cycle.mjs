/**
 * One cycle in a directed graph given as a map from node to nodes, as the list of nodes on it, the
 * first one repeated at the end; undefined when there is none.
 */
export function findCycle(graph) {
  const finished = new Set()
  const path = []

  const visit = (node) => {
    const start = path.indexOf(node)
    if (start !== -1) return [...path.slice(start), node]
    if (finished.has(node)) return undefined
    path.push(node)
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next)
      if (cycle !== undefined) return cycle
    }
    path.pop()
    finished.add(node)
    return undefined
  }

  for (const node of graph.keys()) {
    const cycle = visit(node)
    if (cycle !== undefined) return cycle
  }
  return undefined
}
