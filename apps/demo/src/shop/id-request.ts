/** A request for the product that the path names. */
export interface IdRequest {
  readonly Params: { readonly id: number }
}

export const idSchema: object = {
  params: {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 } },
  },
}
