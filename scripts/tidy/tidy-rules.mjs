import { checkDocLinks } from './doc-links.mjs'
import { checkDocSnippets } from './doc-snippets.mjs'
import { checkDrawnArrows } from './drawn-arrows.mjs'
import { checkErrorCodes } from './error-codes.mjs'
import { checkFileLengths } from './file-lengths.mjs'
import { checkFileNames } from './file-names.mjs'
import { checkMachinePaths } from './machine-paths.mjs'
import { checkOpenEnds } from './open-ends.mjs'
import { checkTestPlaces } from './test-places.mjs'

/** The rules of style that a machine can see: each takes the repository's folder, and reports as a check does. */
export const TIDY_RULES = Object.freeze([
  checkFileNames,
  checkFileLengths,
  checkOpenEnds,
  checkMachinePaths,
  checkTestPlaces,
  checkErrorCodes,
  checkDrawnArrows,
  checkDocLinks,
  checkDocSnippets,
])
