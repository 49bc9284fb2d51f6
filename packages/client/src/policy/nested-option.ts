/**
 * Makes something whose options are part of others, so that what is wrong with them is told by its whole
 * name: `retry.budget.creditRatio`.
 *
 * @throws {InvalidOptionError} as `make` does.
 */
export function nestedOption<Made>(option: string, make: () => Made): Made {
  try {
    return make()
  } catch (error) {
    const own = error as { code?: unknown; option: string; message: string }
    // By its code: each pure package has a class of its own.
    if (own.code !== 'HG_ERR_OPTION') throw error
    const isWhole = own.option === 'options'
    own.message = isWhole ? own.message.replace('options', option) : `${option}.${own.message}`
    own.option = isWhole ? option : `${option}.${own.option}`
    throw error
  }
}
