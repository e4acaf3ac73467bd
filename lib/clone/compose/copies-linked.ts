import { isOlder } from '../../base/source-ids.js';
import { type FindCopy, messageLinksIn } from '../../messages/transform/links.js';
import type { MessageLink } from '../../messages/transform/message-link.js';
import type { Run } from '../run.js';
import { isOfChat, linkedChat } from './chat-links.js';

export interface Copies {
  /** The links that lead to messages of the source. */
  readonly links: readonly MessageLink[];
  /** Where the copies of these are. */
  readonly findCopy: FindCopy;
  /** Some of them have no copy yet. */
  readonly isLeft: boolean;
}

/** Where the copies of messages of the source are that links lead to, as far as these are in the target by now. */
export async function findCopies(
  run: Pick<Run, 'source' | 'target' | 'job' | 'record'>,
  all: readonly MessageLink[],
): Promise<Copies> {
  const links = all.filter((link) => isOfChat(link, run.source));
  const findCopy = await copiesOf(run, links);
  return { links, findCopy, isLeft: links.some((link) => !findCopy(link)) };
}

/** The links to messages that an address is. */
export function linksBehind(url: string): MessageLink[] {
  return messageLinksIn({ text: '', entities: [{ kind: 'text_link', offset: 0, length: 0, url }] });
}

async function copiesOf(
  { source, target, job, record }: Pick<Run, 'source' | 'target' | 'job' | 'record'>,
  links: readonly MessageLink[],
): Promise<FindCopy> {
  const chat = linkedChat(target);
  if (!chat || links.length === 0) return () => undefined;
  const ids = [...new Set(links.flatMap(({ message, thread }) => [message, ...(thread ? [thread] : [])]))];
  const rows = await job.find(ids);
  const copyOf = (id: number): number | undefined => {
    const copy = record.targetOf(id) ?? rows.get(id)?.targetId;
    return copy === undefined || isOlder(copy) ? undefined : copy;
  };
  return (link) => {
    const message = isOfChat(link, source) ? copyOf(link.message) : undefined;
    if (message === undefined) return undefined;
    const { thread: root } = link;
    const thread = root === undefined ? undefined : (job.topicMap.get(root) ?? copyOf(root));
    return { chat, message, ...(thread !== undefined && { thread }) };
  };
}
