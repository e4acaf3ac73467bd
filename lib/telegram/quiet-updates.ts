import type { Api } from 'telegram';
import { UpdateManager } from 'telegram/client/updates/manager.js';

/**
 * Keeps no state of updates and asks for none (updates.getState, getDifference): a clone reads history, and a server
 * that doesn't know those methods must do. What the server pushes is only passed on to who listens.
 */
export class QuietUpdates extends UpdateManager {
  readonly #listeners = new Set<(update: Api.TypeUpdates | Api.TypeUpdate) => void>();

  /** Returns what takes the listener off again. */
  listen(listener: (update: Api.TypeUpdates | Api.TypeUpdate) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  override onUpdates(update: Api.TypeUpdates | Api.TypeUpdate): void {
    for (const listener of this.#listeners) listener(update);
  }

  override start(): void {}
  override applyAffected(): void {}
  override async ensureState(): Promise<void> {}
  override async catchUp(): Promise<void> {}
}
