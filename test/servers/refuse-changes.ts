import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { administer } from './administer.js';

/** A database whose server can be made to refuse changes, and who uses it without an administrator's rights. */
export interface Refusable {
  readonly address: DatabaseAddress;
  refuse(): Promise<void>;
  allow(): Promise<void>;
}

/** Makes it read-only, as an administrator or a failover does: connections that are open end. */
export async function readOnly(admin: DatabaseAddress): Promise<Refusable> {
  const { database, kind, password } = admin;
  if (kind === 'postgres') {
    const setting = `alter database ${database}`;
    return {
      address: admin,
      async refuse() {
        await administer(
          { ...admin, database: 'postgres' },
          `${setting} set default_transaction_read_only = on`,
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
        );
      },
      async allow() {
        await administer(
          { ...admin, database: 'postgres' },
          `${setting} reset default_transaction_read_only`,
        );
      },
    };
  }
  // An administrator writes all the same.
  const user = `${database}_user`;
  await administer(
    admin,
    `create user ${user}@'127.0.0.1' identified by '${password}'`,
    `grant select, insert, update, delete, create, alter, drop, index, references on ${database}.* to ${user}@'127.0.0.1'`,
  );
  const set = async (value: 0 | 1): Promise<void> => {
    await administer(admin, `set global read_only = ${value}`);
  };
  return { address: { ...admin, user }, refuse: () => set(1), allow: () => set(0) };
}

/** Has each new row of a table refused with the server's own error of a full disk. */
export async function fullDisk(admin: DatabaseAddress, table: string): Promise<Refusable> {
  if (admin.kind === 'postgres') {
    const words = "raise exception 'could not extend file: No space left on device' using errcode = '53100';";
    return {
      address: admin,
      async refuse() {
        await administer(
          admin,
          `create or replace function no_space() returns trigger language plpgsql as $$ begin ${words} end $$`,
          `create trigger no_space before insert on ${table} for each row execute function no_space()`,
        );
      },
      async allow() {
        await administer(admin, `drop trigger no_space on ${table}`);
      },
    };
  }
  const words = `signal sqlstate 'HY000' set mysql_errno = 1114, message_text = 'The table ''${table}'' is full'`;
  return {
    address: admin,
    async refuse() {
      await administer(admin, `create trigger no_space before insert on ${table} for each row ${words}`);
    },
    async allow() {
      await administer(admin, 'drop trigger no_space');
    },
  };
}
