import type { DatabaseAddress } from '../../lib/base/database-address.js';

/** As a person writes it into DATABASE_URL. */
export function databaseUrl({ product, user, password = '', host, port, database }: DatabaseAddress): string {
  return `${product.toLowerCase()}://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}
