import { Api } from 'telegram/tl/index.js';
import type { PersonToSave } from '../store/tables/save-chats.js';
import type { Caller, CallOptions } from '../telegram/caller.js';
import { listedChatOf } from '../telegram/chat.js';

/** How many are remembered as known: the ones met last. */
const MOST = 20_000;

/** A way to call that notes whom the answers introduce. */
export class PeopleMet implements Caller {
  readonly #client: Caller;
  readonly #known = new Map<number, string>();
  #met = new Map<number, PersonToSave>();

  constructor(client: Caller) {
    this.#client = client;
  }

  async call<R extends Api.AnyRequest>(request: R, options: CallOptions): Promise<R['__response']> {
    const answer = await this.#client.call(request, options);
    this.#meet(answer);
    return answer;
  }

  /** Who was met for the first time, or under another name than before, since this was asked last. */
  take(): readonly PersonToSave[] {
    const met = [...this.#met.values()];
    this.#met = new Map();
    return met;
  }

  #meet(answer: unknown): void {
    for (const entity of entitiesOf(answer)) {
      const person = personOf(entity);
      if (!person) continue;
      const names = JSON.stringify([person.name, person.username]);
      if (this.#known.get(person.personId) === names) continue;
      this.#known.delete(person.personId);
      this.#known.set(person.personId, names);
      this.#met.set(person.personId, person);
      const [oldest] = this.#known.keys();
      if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    }
  }
}

/** The users and chats that an answer describes. */
export function entitiesOf(answer: unknown): readonly unknown[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const { users, chats }: { users?: unknown; chats?: unknown } = answer;
  return [users, chats].flatMap((list) => (Array.isArray(list) ? list : []));
}

/** What somebody is called. Telegram names the users of a group that it shows little of (`min`) all the same. */
export function personOf(entity: unknown): PersonToSave | undefined {
  if (entity instanceof Api.User) {
    const name = [entity.firstName, entity.lastName].filter(Boolean).join(' ');
    const username = entity.username ?? entity.usernames?.find(({ active }) => active)?.username;
    return {
      personId: Number(entity.id),
      ...(name !== '' && { name }),
      ...(username && { username }),
    };
  }
  if (!(entity instanceof Api.Channel || entity instanceof Api.Chat)) return undefined;
  const { id, title, username } = listedChatOf(entity);
  return { personId: id, name: title, ...(username && { username }) };
}
