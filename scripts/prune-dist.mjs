// Part of every package's `build`: takes away the output of sources that are gone.
import { pruneDist } from './workspace/prune-dist.mjs'
import { WORKSPACE_ROOT } from './workspace/workspace-root.mjs'

pruneDist(WORKSPACE_ROOT)
