import type { Chat } from '../telegram/chat.js';
import type { TelepiClient } from '../telegram/client.js';
import { GENERAL_TOPIC, listTopics, type Topic } from '../telegram/topics.js';
import type { VerifiedSide } from './documents.js';

/** Which topic of the target belongs to a topic of the source, when no ledger says so: by title, or by the first pair. */
export class TopicPairs {
  readonly #target: VerifiedSide;
  readonly #known: Map<number, number>;

  private constructor(target: VerifiedSide, known: Map<number, number>) {
    this.#target = target;
    this.#known = known;
  }

  static async read(
    client: TelepiClient,
    { source, target }: { readonly source: VerifiedSide; readonly target: VerifiedSide },
    signal: AbortSignal,
  ): Promise<TopicPairs> {
    const [from, to] = [
      await topicsOf(client, source.chat, signal),
      await topicsOf(client, target.chat, signal),
    ];
    const known = new Map<number, number>([[GENERAL_TOPIC, GENERAL_TOPIC]]);
    for (const { id, title } of from) {
      const twins = to.filter((each) => each.title === title);
      const [twin] = twins;
      if (twin && twins.length === 1 && from.filter((each) => each.title === title).length === 1)
        known.set(id, twin.id);
    }
    return new TopicPairs(target, known);
  }

  /** The topic in which the copy of a message of this topic should stand; `found`: where it stands. */
  expected(topic: number | undefined, found: number | undefined): number | undefined {
    const { chat, topic: only } = this.#target;
    if (chat.kind !== 'forum') return undefined;
    if (only !== undefined) return only;
    const own = topic ?? GENERAL_TOPIC;
    const known = this.#known.get(own) ?? found ?? GENERAL_TOPIC;
    this.#known.set(own, known);
    return known;
  }
}

function topicsOf(client: TelepiClient, chat: Chat, signal: AbortSignal): Promise<Topic[]> {
  return listTopics(client, chat, signal);
}
