import type { Api } from 'telegram/tl/index.js';
import { entitiesOf, personOf } from '../../download/people.js';
import type { FindNames, PeerName } from '../../exchange/names.js';
import type { Caller, CallOptions } from '../../telegram/caller.js';
import type { Chat } from '../../telegram/chat.js';

/** How many people are remembered: the ones met last. */
const MOST = 100_000;

/** A way to call that remembers whom the answers introduce, in place of a store. */
export class LiveNames implements Caller {
  readonly #client: Caller;
  readonly #people = new Map<number, PeerName>();
  readonly #chats = new Map<number, PeerName>();

  constructor(client: Caller) {
    this.#client = client;
  }

  async call<R extends Api.AnyRequest>(request: R, options: CallOptions): Promise<R['__response']> {
    const answer = await this.#client.call(request, options);
    for (const entity of entitiesOf(answer)) this.meet(entity);
    return answer;
  }

  /** A user or chat as Telegram describes it. */
  meet(entity: unknown): void {
    const person = personOf(entity);
    if (!person) return;
    const { personId, name, username } = person;
    this.#people.delete(personId);
    this.#people.set(personId, { name, username });
    const [oldest] = this.#people.keys();
    if (this.#people.size > MOST && oldest !== undefined) this.#people.delete(oldest);
  }

  /** A chat whose messages are read. */
  add({ id, title, username }: Pick<Chat, 'id' | 'title' | 'username'>): void {
    this.#chats.set(id, { name: title, username });
  }

  /** As the store answers: a person's own name counts more than that of the chat with them. */
  of(peer: number): PeerName | undefined {
    const [chat, person] = [this.#chats.get(peer), this.#people.get(peer)];
    if (!chat && !person) return undefined;
    return { name: person?.name ?? chat?.name, username: person?.username ?? chat?.username };
  }

  /** What a chat is called whose messages are read. */
  titleOf(chat: number): string | undefined {
    return this.#chats.get(chat)?.name ?? this.senderOf(chat);
  }

  /** What whoever writes messages is called. */
  senderOf(id: number): string | undefined {
    const { name, username } = this.#people.get(id) ?? {};
    return name ?? (username === undefined ? this.#chats.get(id)?.name : `@${username}`);
  }

  readonly find: FindNames = async (peers) => {
    const found = peers.map((peer) => [peer, this.of(peer)] as const);
    return new Map(found.flatMap(([peer, name]) => (name ? [[peer, name] as const] : [])));
  };
}
