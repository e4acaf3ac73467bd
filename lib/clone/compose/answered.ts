import type { PostDocument } from '../../messages/document/document.js';
import type { ReplyHeader, StoryReply } from '../../messages/document/headers.js';
import type { Media } from '../../messages/document/media.js';
import { covered, plainText } from '../../messages/text/edit.js';
import { documentOf } from '../../messages/tl/document/document.js';
import type { HistoryMessage } from '../../messages/tl/message.js';
import { answeredId } from '../../messages/tl/replies.js';
import type { Answered } from '../../messages/transform/reply-fallback.js';
import { fetchMessages } from '../../telegram/history.js';
import { answeredElsewhere } from '../answered-elsewhere.js';
import type { Run } from '../run.js';
import { messageLink, storyLink } from './chat-links.js';

type AnsweringRun = Pick<Run, 'client' | 'source' | 'signal'>;

/**
 * What is known of a message that another answers: what the answer says itself, and the message if this account can read
 * it. What deletes or destroys itself is gone for a reason: neither it nor words that somebody quoted of it are shown.
 */
export async function answeredBy(
  run: AnsweringRun,
  reply: ReplyHeader<Media>,
  message: HistoryMessage,
): Promise<Answered> {
  if (reply.kind === 'story') return answeredStory(run, reply);
  if (reply.kind !== 'message') return {};
  const { quote, from, media, chat, id } = reply;
  const read = await readAnswered(run, message);
  const author = from?.fromName ?? nameOf(run, from?.from ?? read?.author);
  const kind = media ?? read?.media;
  const isHidden = isDestroyed(media) || (read !== undefined && isPassing(read));
  const text = quote ?? read;
  return {
    ...(author !== undefined && { author }),
    ...(text && !isHidden && { text: { text: text.text, entities: text.entities } }),
    ...(kind && { media: kind }),
    ...linkTo(run, chat, id),
  };
}

/** A story's owner is named, and the story linked where it has a link. */
function answeredStory(run: AnsweringRun, { peer, story }: StoryReply): Answered {
  const author = nameOf(run, peer);
  const owner = run.client.users.chatOf(peer);
  const link = owner && storyLink(owner, story);
  return {
    ...(author !== undefined && { author }),
    words: link === undefined ? plainText('Story') : covered('Story', { kind: 'text_link', url: link }),
    ...(link !== undefined && { link }),
  };
}

async function readAnswered(run: AnsweringRun, message: HistoryMessage): Promise<PostDocument | undefined> {
  const { client, source, signal } = run;
  const own = answeredId(message, source.id);
  const [found] =
    own === undefined
      ? [(await answeredElsewhere(run, message))?.message]
      : await fetchMessages(client, source, [own], signal);
  const document = found && documentOf(found, own === undefined ? {} : { chat: source.id });
  return document?.kind === 'message' ? document : undefined;
}

function isPassing({ ttl, media }: PostDocument): boolean {
  return ttl !== undefined || isDestroyed(media);
}

function isDestroyed(media: Media | undefined): boolean {
  return media !== undefined && 'selfDestructs' in media && media.selfDestructs !== undefined;
}

function nameOf({ client }: Pick<Run, 'client'>, peer: number | undefined): string | undefined {
  return peer === undefined ? undefined : client.users.nameOf(peer);
}

function linkTo(
  { source, client }: AnsweringRun,
  chat: number | undefined,
  id: number | undefined,
): Pick<Answered, 'link'> {
  if (id === undefined) return {};
  const where = chat === undefined ? source : (client.users.chatOf(chat) ?? { id: chat });
  const link = messageLink(where, id);
  return link === undefined ? {} : { link };
}
