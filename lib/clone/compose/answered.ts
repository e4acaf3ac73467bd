import type { ReplyHeader } from '../../messages/document/headers.js';
import type { Media } from '../../messages/document/media.js';
import { plainText } from '../../messages/text/edit.js';
import { documentOf } from '../../messages/tl/document/document.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import { answeredId } from '../../messages/tl/replies.js';
import type { Answered } from '../../messages/transform/reply-fallback.js';
import { fetchMessages } from '../../telegram/history.js';
import type { Run } from '../run.js';
import { messageLink } from './chat-links.js';

/** What is known of a message that another answers: what the answer says itself, and the message if it is in the source. */
export async function answeredBy(
  run: Pick<Run, 'client' | 'source' | 'signal'>,
  reply: ReplyHeader<Media>,
  message: HistoryMessage,
): Promise<Answered> {
  if (reply.kind === 'story') return { text: plainText('Story') };
  if (reply.kind !== 'message') return {};
  const { client, source } = run;
  const { quote, from, media, chat, id } = reply;
  const own = answeredId(message, source.id);
  const said: Answered = {
    ...(quote && { text: quote }),
    ...(media && { media }),
    ...authorOf(from?.fromName ?? (from?.from === undefined ? undefined : client.users.nameOf(from.from))),
    ...(chat !== undefined && id !== undefined && linkTo({ id: chat }, id)),
  };
  const read = own === undefined ? undefined : await readAnswered(run, own);
  return { ...read, ...said };
}

async function readAnswered(
  { client, source, signal }: Pick<Run, 'client' | 'source' | 'signal'>,
  id: number,
): Promise<Answered | undefined> {
  const [found] = await fetchMessages(client, source, [id], signal);
  const document = found && documentOf(found, { chat: source.id });
  if (document?.kind !== 'message') return undefined;
  const { text, entities, media, author, ttl } = document;
  // What deletes itself is gone for a reason.
  const isHidden =
    ttl !== undefined || (media && 'selfDestructs' in media && media.selfDestructs !== undefined);
  return {
    ...authorOf(author === undefined ? undefined : client.users.nameOf(author)),
    ...(!isHidden && { text: { text, entities } }),
    ...(media && { media }),
    ...linkTo(source, id),
  };
}

function authorOf(author: string | undefined): Pick<Answered, 'author'> {
  return author === undefined ? {} : { author };
}

function linkTo(chat: Parameters<typeof messageLink>[0], id: number): Pick<Answered, 'link'> {
  const link = messageLink(chat, id);
  return link === undefined ? {} : { link };
}
