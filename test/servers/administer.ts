import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { mysqlDriver } from '../../lib/store/server/mysql.js';
import { postgresDriver } from '../../lib/store/server/postgres.js';

/** Runs statements over a connection of their own. */
export async function administer(address: DatabaseAddress, ...statements: string[]): Promise<unknown[]> {
  const driver = address.kind === 'postgres' ? postgresDriver(address) : mysqlDriver(address);
  const connection = await driver.connect();
  try {
    const rows: unknown[] = [];
    for (const statement of statements) rows.push(...(await connection.query(statement, [], 60_000)).rows);
    return rows;
  } finally {
    await connection.end();
  }
}
