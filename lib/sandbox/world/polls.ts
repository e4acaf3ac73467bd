import type { Poll } from '../kinds/poll.js';
import type { Message } from './message.js';
import type { WorldState } from './model.js';

/** Makes all messages with one poll share it again, as before the state was saved: then each has one of its own. */
export function joinShared(state: WorldState): WorldState {
  const known = new Map<bigint, Poll>();
  for (const { box } of [...state.accounts.values(), ...state.chats.values()]) {
    box?.messages.forEach((message, index) => {
      if (message.media?.kind !== 'poll') return;
      const poll = known.get(message.media.poll.id);
      if (poll) box.messages[index] = { ...message, media: { ...message.media, poll } };
      else known.set(message.media.poll.id, message.media.poll);
    });
  }
  return state;
}

/** Every message with this poll, in all boxes. */
export function messagesWithPoll({ accounts, chats }: WorldState, pollId: bigint): Message[] {
  return [...accounts.values(), ...chats.values()].flatMap(({ box }) =>
    (box?.messages ?? []).filter(({ media }) => media?.kind === 'poll' && media.poll.id === pollId),
  );
}
