import type { MessageDocument } from '../../messages/document/document.js';
import type { OpenDatabase } from '../../store/open-database.js';
import { hasTopics, topicsOfMessages } from '../../store/tables/import-lookups.js';
import type { StoreTables } from '../../store/tables/schema.js';
import type { ChatKey } from '../../store/tables/writer.js';

/** How many of the messages that came last are remembered with their topics; the others are looked up. */
const MOST_KNOWN = 100_000;

/**
 * Finds the topics of a forum's messages, which exports don't say. A message in a topic answers the note by which the topic
 * was created, or a message in it; where that message was deleted, nobody knows.
 */
export class TopicFinder {
  readonly #db: OpenDatabase<StoreTables>['db'];
  readonly #chat: ChatKey;
  readonly #known = new Map<number, number>();
  #isForum: boolean;
  /** The only topic that the export has. */
  #only: number | undefined;
  #isFirst = true;

  private constructor(db: OpenDatabase<StoreTables>['db'], chat: ChatKey, isForum: boolean) {
    this.#db = db;
    this.#chat = chat;
    this.#isForum = isForum;
  }

  static async of(db: OpenDatabase<StoreTables>['db'], chat: ChatKey): Promise<TopicFinder> {
    return new TopicFinder(db, chat, await hasTopics(db, chat));
  }

  /**
   * Whether the export is of one topic: then it begins with the note that the topic was created, and is named after it. `name`: of the
   * export's chat. Asked with the first message.
   */
  isOneTopic(name: unknown, first: MessageDocument | undefined): boolean {
    if (!this.#isFirst) return this.#only !== undefined;
    this.#isFirst = false;
    const isCreated = first?.kind === 'service' && first.action.kind === 'topic_created';
    if (isCreated && 'title' in first.action && first.action.title === name) this.#only = first.id;
    return this.#only !== undefined;
  }

  /** The documents with their topics, in the order of the export. `whole`: those of them that say it themselves. */
  async placed(
    documents: readonly MessageDocument[],
    whole: ReadonlySet<MessageDocument>,
  ): Promise<readonly MessageDocument[]> {
    this.#isForum ||= documents.some(isRoot);
    if (!this.#isForum) return documents;
    await this.#lookUp(documents);
    return documents.map((document) => {
      const placed = this.#place(document);
      return whole.has(document) ? document : placed;
    });
  }

  #place(document: MessageDocument): MessageDocument {
    if (document.kind !== 'message' && document.kind !== 'service') return document;
    if (isRoot(document)) {
      // A second topic: the export is of the whole forum, which is called like its first topic.
      if (this.#only !== undefined && this.#only !== document.id) this.#only = undefined;
      this.#remember(document.id, document.id);
      return document;
    }
    const answered = answeredBy(document);
    const topic =
      document.topic ?? this.#only ?? (answered === undefined ? undefined : this.#known.get(answered));
    if (topic === undefined) return document;
    this.#remember(document.id, topic);
    if (answered !== topic) return { ...document, topic };
    // It stands in the topic, and answers nothing.
    const { reply: _, ...placed } = document;
    return { ...placed, topic };
  }

  /** Those of answered messages that came long before, or with another import. */
  async #lookUp(documents: readonly MessageDocument[]): Promise<void> {
    const near = new Set(documents.map(({ id }) => id));
    const far = documents
      .flatMap((document) => answeredBy(document) ?? [])
      .filter((id) => !near.has(id) && !this.#known.has(id));
    const topics = await topicsOfMessages(this.#db, this.#chat, [...new Set(far)]);
    for (const [id, topic] of topics) this.#remember(id, topic);
  }

  #remember(id: number, topic: number): void {
    if (this.#known.size >= MOST_KNOWN) {
      const [oldest] = this.#known.keys();
      this.#known.delete(oldest as number);
    }
    this.#known.set(id, topic);
  }
}

function isRoot(document: MessageDocument): boolean {
  return document.kind === 'service' && document.action.kind === 'topic_created';
}

/** The message of the same chat that a document answers. */
function answeredBy(document: MessageDocument): number | undefined {
  const reply = 'reply' in document ? document.reply : undefined;
  return reply?.kind === 'message' && reply.chat === undefined ? reply.id : undefined;
}
