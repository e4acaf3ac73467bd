import { safeName } from './history-text.js';

/** What people are called in a history that is imported: each by one name, which is nobody else's there. */
export class ImportNames {
  readonly #given = new Map<number | undefined, string>();
  readonly #taken = new Set<string>();

  /**
   * The name of somebody by their marked id; the same whenever it is asked again. The first of several with one name keeps it, the others
   * get their username or id behind it. Somebody without a name is named by the id.
   */
  of(
    id: number | undefined,
    known: { readonly name?: string | undefined; readonly username?: string | undefined } = {},
  ): string {
    const given = this.#given.get(id);
    if (given !== undefined) return given;
    const plain = safeName(known.name ?? '') || (id === undefined ? 'Somebody' : `User ${id}`);
    const choices = [plain, ...(known.username ? [`${plain} (@${known.username})`] : []), `${plain} (${id})`];
    const name = choices.find((choice) => !this.#taken.has(choice)) ?? `${plain} (${id})`;
    this.#given.set(id, name);
    this.#taken.add(name);
    return name;
  }
}
