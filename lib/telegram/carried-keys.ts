/** A DC is asked to take the account over again so many times, at the most, in the life of a client. */
const MOST_TIMES = 3;

/**
 * The DCs that the account's authorization was carried over to, and the permanent keys made with them.
 * auth.exportAuthorization has flood waits of its own: it is asked once for each DC, and the result is kept.
 */
export class CarriedKeys {
  readonly #keys = new Map<number, Promise<Buffer>>();
  readonly #authorised = new Set<number>();
  readonly #again = new Map<number, number>();

  isAuthorised(dcId: number): boolean {
    return this.#authorised.has(dcId);
  }

  authorised(dcId: number): void {
    this.#authorised.add(dcId);
  }

  /** The key for a DC, made by `make` when there is none; a failure is not kept. */
  async key(dcId: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const key = this.#keys.get(dcId) ?? make();
    this.#keys.set(dcId, key);
    try {
      return await key;
    } catch (error) {
      if (this.#keys.get(dcId) === key) this.#keys.delete(dcId);
      throw error;
    }
  }

  /** The DC has forgotten the account. Whether it is to be carried over again. */
  forget(dcId: number): boolean {
    const times = (this.#again.get(dcId) ?? 0) + 1;
    this.#again.set(dcId, times);
    this.#keys.delete(dcId);
    return this.#authorised.delete(dcId) && times <= MOST_TIMES;
  }
}
