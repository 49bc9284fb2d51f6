import type { Panel } from './panel.ts'
import { PANELS } from './panels.ts'

const COLUMNS = 2
const WIDTH = 12
const HEIGHT = 8

/** The dashboard as Grafana imports it. */
export function printDashboard(): string {
  return `${JSON.stringify(dashboard(), null, 2)}\n`
}

function dashboard(): object {
  return {
    uid: 'headgate',
    title: 'Headgate',
    description: 'What is limited, why, who is hit, and what would unlock it.',
    tags: ['headgate'],
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: [datasource(), variable('job'), variable('name')] },
    panels: PANELS.map(panelOf),
  }
}

function datasource(): object {
  return { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }
}

function variable(name: string): object {
  return {
    name,
    type: 'query',
    datasource: { type: 'prometheus', uid: '$datasource' },
    query: { query: `label_values(headgate_limit, ${name})`, refId: name },
    refresh: 2,
    multi: true,
    includeAll: true,
    allValue: '.*',
  }
}

function panelOf({ title, unit, queries }: Panel, index: number): object {
  return {
    id: index + 1,
    title,
    type: 'timeseries',
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: {
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, query) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + query),
      expr,
      legendFormat: legend,
    })),
  }
}
