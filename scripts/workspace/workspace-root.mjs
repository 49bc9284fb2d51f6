import { fileURLToPath } from 'node:url'

/** The repository's top folder, whatever the current one is. */
export const WORKSPACE_ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
