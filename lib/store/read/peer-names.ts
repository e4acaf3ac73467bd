import type { Kysely } from 'kysely';
import type { StoreTables } from '../tables/schema.js';
import { asNumber, chunked } from '../values.js';

type NameTables = Pick<StoreTables, 'people' | 'chats' | 'accounts'>;

/** What a person or a chat is called, as far as it is known. */
export interface PeerNames {
  readonly name?: string | undefined;
  /** Without its @. */
  readonly username?: string | undefined;
}

/** What people and chats are called, by their marked ids, in what an account has kept. Those without a name are absent. */
export async function peerNames(
  db: Kysely<NameTables>,
  accountId: number,
  peers: readonly number[],
): Promise<ReadonlyMap<number, PeerNames>> {
  const found = new Map<number, PeerNames>();
  for (const chunk of chunked(peers)) await addNames(db, { accountId, peers: chunk, found });
  if (peers.includes(accountId) && !found.get(accountId)?.name) await addAccount(db, accountId, found);
  return found;
}

interface Lookup {
  readonly accountId: number;
  readonly peers: readonly number[];
  readonly found: Map<number, PeerNames>;
}

async function addNames(db: Kysely<NameTables>, { accountId, peers, found }: Lookup): Promise<void> {
  const chats = await db
    .selectFrom('chats')
    .select(['chat_id as id', 'title as name', 'username'])
    .where('account_id', '=', accountId)
    .where('chat_id', 'in', peers)
    .execute();
  const people = await db
    .selectFrom('people')
    .select(['person_id as id', 'name', 'username'])
    .where('account_id', '=', accountId)
    .where('person_id', 'in', peers)
    .execute();
  for (const { id, name, username } of [...chats, ...people]) {
    const known = found.get(asNumber(id));
    found.set(asNumber(id), {
      name: name ?? known?.name,
      username: username ?? known?.username,
    });
  }
}

async function addAccount(
  db: Kysely<NameTables>,
  accountId: number,
  found: Map<number, PeerNames>,
): Promise<void> {
  const account = await db
    .selectFrom('accounts')
    .select(['name', 'username'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  if (!account) return;
  const { name, username } = account;
  found.set(accountId, { name: name ?? undefined, username: username ?? undefined });
}
