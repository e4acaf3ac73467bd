import type { OpenDatabase } from '../../store/open-database.js';
import { knownPeople } from '../../store/tables/import-lookups.js';
import { savePeople } from '../../store/tables/save-chats.js';
import type { StoreTables } from '../../store/tables/schema.js';
import type { Writer } from '../../store/tables/writer.js';

/** What people are called in an export. Whom TelePi knows keeps the name that it knows. */
export class NamesFound {
  readonly #seen = new Set<number>();
  #fresh = new Map<number, string>();

  note(peer: number, name: string): void {
    if (this.#seen.has(peer)) return;
    this.#seen.add(peer);
    this.#fresh.set(peer, name);
  }

  /** Saves the names that were found since the last time. */
  async save(db: OpenDatabase<StoreTables>['db'], writer: Writer, accountId: number): Promise<void> {
    if (this.#fresh.size === 0) return;
    const fresh = this.#fresh;
    this.#fresh = new Map();
    const known = await knownPeople(db, accountId, [...fresh.keys()]);
    const people = [...fresh].flatMap(([personId, name]) => (known.has(personId) ? [] : { personId, name }));
    if (people.length > 0) await savePeople(db, writer, accountId, people);
  }
}
