/** How often a DC is asked to take the account over again, at most, during a client's life. */
const MOST_TIMES = 3;

/**
 * The keys of DCs other than the account's home, and to which of them the account's authorization was carried over.
 * auth.exportAuthorization has flood waits of its own: it is called once for each DC, and the result is kept.
 */
export class DcKeys {
  /** Keys under which the account is signed in, or will be. */
  readonly #authorised = new Map<number, Promise<Buffer>>();
  readonly #made = new Map<number, Buffer>();
  readonly #again = new Map<number, number>();

  /**
   * The key for a DC to which `carryOver` has carried the authorization over, now or earlier; a failure is not kept.
   */
  async authorised(dcId: number, carryOver: () => Promise<Buffer>): Promise<Buffer> {
    const key = this.#authorised.get(dcId) ?? carryOver();
    this.#authorised.set(dcId, key);
    try {
      return await key;
    } catch (error) {
      if (this.#authorised.get(dcId) === key) this.#authorised.delete(dcId);
      throw error;
    }
  }

  /** A key that was made with a DC, signed in or not; `make` makes it when there is none. */
  async made(dcId: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const key = this.#made.get(dcId) ?? (await make());
    this.#made.set(dcId, key);
    return key;
  }

  /** Notes that the DC has forgotten the account. Returns whether to carry it over again. */
  forgetAuthorization(dcId: number): boolean {
    const times = (this.#again.get(dcId) ?? 0) + 1;
    this.#again.set(dcId, times);
    return this.#authorised.delete(dcId) && times <= MOST_TIMES;
  }

  /** Notes that the DC doesn't know the key itself any more. */
  forgetKey(dcId: number): void {
    this.#made.delete(dcId);
    this.forgetAuthorization(dcId);
  }
}
