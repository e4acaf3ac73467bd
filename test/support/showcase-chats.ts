import type { Filled } from '../../lib/sandbox/fill.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Chat } from '../../lib/sandbox/world/model.js';

/** A chat of the showcase that can be cloned. */
export interface ShowcaseChat {
  readonly name: 'forum' | 'channel' | 'group' | 'saved messages';
  readonly source: Chat | 'me';
  /** An empty chat of the same kind for its copy, and the settings with which telepi clones into it. */
  newTarget(): ShowcaseTarget;
}

export interface ShowcaseTarget {
  readonly title: string;
  readonly chat: Chat;
  readonly settings: Readonly<Record<string, string>>;
}

/** All chats of the showcase. The basic group is cloned together with its supergroup. */
export function showcaseChats({ world }: Sandbox, filled: Filled): readonly ShowcaseChat[] {
  const { source, chats, upgraded, user } = filled;
  if (!upgraded) throw new Error('The sandbox does not hold the showcase.');
  const clonedInto = (
    name: ShowcaseChat['name'],
    from: Chat | 'me',
    { paidMedia, ...kind }: { readonly megagroup?: true; readonly forum?: true; readonly paidMedia?: true },
  ): ShowcaseChat => {
    let copies = 0;
    return {
      name,
      source: from,
      newTarget() {
        copies += 1;
        const title = `Copy ${copies} of the ${name}`;
        const chat = world.createChannel({ title, creator: user.id, ...kind });
        if (paidMedia) chat.paidMedia = true;
        const settings = {
          SOURCE_CHAT: from === 'me' ? from : String(from.id),
          TARGET_CHAT: String(chat.id),
          ...(kind.forum && { AUTO_CREATE_TOPICS: 'yes' }),
        };
        return { title, chat, settings };
      },
    };
  };
  return [
    clonedInto('forum', source, { megagroup: true, forum: true }),
    clonedInto('channel', chats.channel, { paidMedia: true }),
    clonedInto('group', upgraded, { megagroup: true }),
    clonedInto('saved messages', 'me', { megagroup: true }),
  ];
}
