import { InvalidOptionError } from '@headgate/core'

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
    if (!(error instanceof InvalidOptionError)) throw error
    const own = error as { option: string; message: string }
    const isWhole = own.option === 'options'
    own.message = isWhole ? own.message.replace('options', option) : `${option}.${own.message}`
    own.option = isWhole ? option : `${option}.${own.option}`
    throw error
  }
}
