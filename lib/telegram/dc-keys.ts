/** A DC is asked to take the account over again so many times, at the most, in the life of a client. */
const MOST_TIMES = 3;

/**
 * The keys of DCs other than the account's home, and which of them the account's authorization was carried over to.
 * auth.exportAuthorization has flood waits of its own: it is asked once for each DC, and the result is kept.
 */
export class DcKeys {
  /** Keys that the account is signed in under, or will be. */
  readonly #authorised = new Map<number, Promise<Buffer>>();
  readonly #made = new Map<number, Buffer>();
  readonly #again = new Map<number, number>();

  /** The key for a DC, the authorization carried over by `carryOver` when it wasn't yet; a failure is not kept. */
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

  /** A key that was made with a DC, signed in or not; made by `make` when there is none. */
  async made(dcId: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const key = this.#made.get(dcId) ?? (await make());
    this.#made.set(dcId, key);
    return key;
  }

  /** The DC has forgotten the account. Whether it is to be carried over again. */
  forgetAuthorization(dcId: number): boolean {
    const times = (this.#again.get(dcId) ?? 0) + 1;
    this.#again.set(dcId, times);
    return this.#authorised.delete(dcId) && times <= MOST_TIMES;
  }

  /** The DC doesn't know the key itself any more. */
  forgetKey(dcId: number): void {
    this.#made.delete(dcId);
    this.forgetAuthorization(dcId);
  }
}
