import type { MessageDocument, PostDocument, ServiceDocument } from '../../messages/document/document.js';
import { actionKeys } from './actions/actions.js';
import { withImportedKeys } from './imported-keys.js';
import type { Fields } from './json.js';
import { inlineButtons } from './markup.js';
import { isUnsupported, mediaKeys } from './media.js';
import { reactionList } from './reactions.js';
import { richMessage } from './rich/rich-message.js';
import { type DesktopScene, dateFields, nameOf, peerId, unlessEmpty } from './scene.js';
import { segmentedText } from './segments.js';

/** A message as Telegram Desktop writes it: its keys, in its order. Names that it asks for and that aren't known are null. */
export function desktopMessage(document: MessageDocument, scene: DesktopScene): Fields {
  const id = document.id + scene.shift;
  switch (document.kind) {
    case 'message':
      return isUnsupported(document)
        ? unsupported(id)
        : withImportedKeys(post(document, id, scene), document);
    case 'service':
      return withImportedKeys(service(document, id, scene), document);
    case 'empty':
      return [['id', id], ['type', 'message'], ...dateFields(scene, 'date', 0), ...NO_TEXT];
    case 'unknown':
      return unsupported(id);
  }
}

const NO_TEXT: Fields = [
  ['text', ''],
  ['text_entities', []],
];

function unsupported(id: number): Fields {
  return [
    ['id', id],
    ['type', 'unsupported'],
  ];
}

function post(document: PostDocument, id: number, scene: DesktopScene): Fields {
  const { date, editDate, media, markup, reactions } = document;
  return [
    ['id', id],
    ['type', 'message'],
    ...dateFields(scene, 'date', date),
    ...(editDate === undefined ? [] : dateFields(scene, 'edited', editDate)),
    ...authorKeys(document, scene),
    ...originKeys(document, scene),
    ...replyKeys(document, scene),
    ['via_bot', viaBot(document, scene)],
    ...(media && document.richMessage === undefined ? mediaKeys(media, scene, document) : []),
    ...contentKeys(document, scene),
    ['inline_bot_buttons', inlineButtons(markup, scene)],
    ['reactions', reactions && reactionList(reactions, scene)],
  ];
}

function authorKeys({ author, flags, chat, signature }: PostDocument, scene: DesktopScene): Fields {
  const from = author ?? (flags.out ? scene.self : chat);
  return [
    ['from', nameOf(scene, from)],
    ['from_id', peerId(from)],
    ['author', unlessEmpty(signature)],
  ];
}

function originKeys({ forward }: PostDocument, scene: DesktopScene): Fields {
  if (!forward) return [];
  const { from, fromName, saved } = forward;
  return [
    ['forwarded_from', from === undefined ? fromName || null : nameOf(scene, from)],
    ['forwarded_from_id', from === undefined ? undefined : peerId(from)],
    ['saved_from', saved?.chat === undefined ? undefined : nameOf(scene, saved.chat)],
  ];
}

/** A message that stands in a topic and answers nothing names the topic's root; General has none. */
function replyKeys({ reply, topic }: PostDocument, { shift }: DesktopScene): Fields {
  if (reply?.kind === 'message' && reply.id !== undefined) {
    if (reply.chat === undefined) return [['reply_to_message_id', reply.id + shift]];
    return [
      ['reply_to_message_id', reply.id],
      ['reply_to_peer_id', peerId(reply.chat)],
    ];
  }
  const isInTopic = reply === undefined && topic !== undefined && topic > GENERAL_TOPIC;
  return isInTopic ? [['reply_to_message_id', topic + shift]] : [];
}

const GENERAL_TOPIC = 1;

function viaBot({ viaBot }: PostDocument, { names }: DesktopScene): string | undefined {
  const username = viaBot === undefined ? undefined : names.of(viaBot)?.username;
  return username ? `@${username}` : undefined;
}

/** The text; a message of blocks has these in its place. */
function contentKeys(document: PostDocument, scene: DesktopScene): Fields {
  if (document.richMessage) return [['rich_message', richMessage(document.richMessage, scene)]];
  const { text, entities } = segmentedText(document, scene);
  return [
    ['text', text],
    ['text_entities', entities],
  ];
}

function service(document: ServiceDocument, id: number, scene: DesktopScene): Fields {
  const { date, reactions } = document;
  return [
    ['id', id],
    ['type', 'service'],
    ...dateFields(scene, 'date', date),
    ...actionKeys(document, scene),
    ...NO_TEXT,
    ['reactions', reactions && reactionList(reactions, scene)],
  ];
}
