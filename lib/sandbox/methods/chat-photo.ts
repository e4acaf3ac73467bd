import { Api } from 'telegram/tl/index.js';
import type { StoredFile } from '../files/stored-file.js';
import { knownFile } from '../kinds/files.js';
import { toLong } from '../tl.js';
import type { Chat } from '../world/model.js';
import { bareId } from '../world/peer-id.js';
import { checkMayChange } from './chat-profile.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { channelOf, groupOf, peerOf } from './peers.js';
import { readingOf } from './reading.js';
import { tlPhoto } from './tl-files.js';
import { newMessage, updates } from './tl-updates.js';
import { type ChatPhotoOf, uploadedFileRef } from './upload.js';

/** The least width and height of a chat's photo, in pixels. */
const LEAST_SIDE = 160;

/** Photos of chats. */
export function photoMethods(context: MethodContext): MethodGroup {
  const { world } = context;
  return {
    home: {
      'channels.EditPhoto': ({ channel, photo }: Api.channels.EditPhoto, call) =>
        editPhoto(context, channelOf(world, call.me, channel), photo, call),
      'messages.EditChatPhoto': ({ chatId, photo }: Api.messages.EditChatPhoto, call) =>
        editPhoto(context, groupOf(world, call.me, chatId), photo, call),
    },
  };
}

/** A chat's photo with all its sizes, as in its full description. */
export function fullPhoto({ files }: MethodContext, chat: Chat): Api.Photo | undefined {
  const file = chat.photo === undefined ? undefined : files.get(chat.photo.id);
  return file && tlPhoto(file, files.referenceFor(file, `photo of ${chat.id}`));
}

/** For inputPeerPhotoFileLocation. */
export function chatPhotoOf({ world }: MethodContext): ChatPhotoOf {
  return (userId, peer) => {
    const me = world.account(userId);
    return me && world.chat(peerOf(world, me, peer))?.photo?.id;
  };
}

/**
 * core.telegram.org/method/channels.editPhoto: CHAT_ADMIN_REQUIRED, CHAT_NOT_MODIFIED (also for a photo that is taken
 * away where there is none), PHOTO_INVALID, PHOTO_CROP_SIZE_SMALL, and those of uploads. The chat's members get a
 * service message.
 */
function editPhoto(
  context: MethodContext,
  chat: Chat,
  input: Api.TypeInputChatPhoto,
  call: Call,
): Api.TypeUpdates {
  const { me, caller } = call;
  checkMayChange(chat, me);
  const file = photoOf(context, call, chat, input);
  if (file?.id === chat.photo?.id) throw badRequest('CHAT_NOT_MODIFIED');
  if (file) chat.photo = { id: file.id, dcId: file.dcId };
  else delete chat.photo;
  const note = context.world.post({
    chat: chat.id,
    from: me.id,
    action: file ? { kind: 'chatEditPhoto', photo: file.id } : { kind: 'chatDeletePhoto' },
    originSession: caller.sessionId,
  });
  return updates(
    context,
    me,
    [
      ...(chat.box ? [new Api.UpdateChannel({ channelId: toLong(bareId(chat.id)) })] : []),
      newMessage(context, me, note),
    ],
    [note],
    [chat.id],
  );
}

function photoOf(
  context: MethodContext,
  call: Call,
  chat: Chat,
  input: Api.TypeInputChatPhoto,
): StoredFile | undefined {
  if (input instanceof Api.InputChatPhotoEmpty) return undefined;
  if (input instanceof Api.InputChatPhoto) {
    if (input.id instanceof Api.InputPhotoEmpty) return undefined;
    return knownFile(readingOf(context, call, chat.id), 'photo', input.id);
  }
  // Videos as photos are not served.
  if (!input.file) throw badRequest('PHOTO_INVALID');
  const { me, caller } = call;
  const uploader = { userId: me.id, keyId: caller.key.id, premium: me.premium };
  const file = context.files.finish(uploader, uploadedFileRef(input.file), { kind: 'photo', dcId: me.dcId });
  const whole = file.sizes.at(-1);
  if (!whole || Math.min(whole.width, whole.height) < LEAST_SIDE) throw badRequest('PHOTO_CROP_SIZE_SMALL');
  return file;
}
