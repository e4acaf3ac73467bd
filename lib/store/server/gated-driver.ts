import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';

/** What happens before a connection is given out; it may throw. */
export type Gate = () => Promise<void>;

/** A driver behind a gate: whoever wants to use the database passes it first. */
export class GatedDriver implements Driver {
  readonly #driver: Driver;
  readonly #gate: Gate;

  constructor(driver: Driver, gate: Gate) {
    this.#driver = driver;
    this.#gate = gate;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#gate();
    return this.#driver.acquireConnection();
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#driver.releaseConnection(connection);
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#driver.beginTransaction(connection, settings);
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.commitTransaction(connection);
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#driver.rollbackTransaction(connection);
  }

  destroy(): Promise<void> {
    return this.#driver.destroy();
  }
}
