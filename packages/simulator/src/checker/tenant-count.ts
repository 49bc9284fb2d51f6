/** How many each tenant has; those that have none take no memory. */
export class TenantCount {
  readonly #counts = new Map<string | undefined, number>()

  of(tenant: string | undefined): number {
    return this.#counts.get(tenant) ?? 0
  }

  add(tenant: string | undefined): void {
    this.#counts.set(tenant, this.of(tenant) + 1)
  }

  remove(tenant: string | undefined): void {
    const left = this.of(tenant) - 1
    if (left === 0) this.#counts.delete(tenant)
    else this.#counts.set(tenant, left)
  }
}
