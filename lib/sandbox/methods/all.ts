import type { MethodTable } from '../rpc.js';
import { accountMethods } from './account.js';
import { authMethods } from './auth.js';
import { channelMethods } from './channels.js';
import { chatPhotoOf, photoMethods } from './chat-photo.js';
import { profileMethods } from './chat-profile.js';
import { chatMethods } from './chats.js';
import { checklistMethods } from './checklists.js';
import { contactMethods } from './contacts.js';
import type { MethodContext } from './context.js';
import { createMethods } from './create-chats.js';
import { dialogMethods } from './dialogs.js';
import { forumMethods } from './forum.js';
import { helpMethods } from './help.js';
import { historyImportMethods } from './history-import.js';
import { deleteMethods } from './messages-delete.js';
import { editMethods } from './messages-edit.js';
import { forwardMethods } from './messages-forward.js';
import { historyMethods } from './messages-history.js';
import { mediaMethods } from './messages-media.js';
import { pinMethods } from './messages-pin.js';
import { searchMethods } from './messages-search.js';
import { sendMethods } from './messages-send.js';
import { passwordMethods } from './password-srp.js';
import { pollMethods } from './polls.js';
import { protectionMethods } from './protection.js';
import { qrMethods } from './qr-login.js';
import { reactionMethods } from './reactions.js';
import { richMethods } from './rich-messages.js';
import { sendAsMethods } from './send-as.js';
import { storyMethods } from './stories.js';
import { methodTable } from './table.js';
import { updateMethods } from './updates.js';
import { uploadMethods } from './upload.js';
import { userMethods } from './users.js';

/** Every method that the sandbox knows; the server answers any other with METHOD_INVALID. */
export function allMethods(context: MethodContext): MethodTable {
  return methodTable(context, [
    helpMethods(context),
    authMethods(context),
    passwordMethods(context),
    qrMethods(context),
    accountMethods(context),
    userMethods(context),
    contactMethods(context),
    dialogMethods(context),
    historyMethods(context),
    historyImportMethods(context),
    sendMethods(context),
    mediaMethods(context),
    forwardMethods(context),
    pollMethods(context),
    checklistMethods(context),
    editMethods(context),
    deleteMethods(context),
    pinMethods(context),
    searchMethods(context),
    protectionMethods(context),
    reactionMethods(context),
    richMethods(context),
    createMethods(context),
    chatMethods(context),
    profileMethods(context),
    channelMethods(context),
    sendAsMethods(context),
    forumMethods(context),
    storyMethods(context),
    updateMethods(context),
    photoMethods(context),
    uploadMethods(context.files, chatPhotoOf(context)),
  ]);
}
