import { addMember, makeChannel } from './chats.js';
import type { Chat, WorldState } from './model.js';
import type { PostOptions } from './sending.js';

/** The parts of the world that an upgrade needs. */
interface Scene {
  readonly state: WorldState;
  post(options: PostOptions): void;
  /** Unix time in seconds. */
  nowSeconds(): number;
}

/**
 * Makes a supergroup of a basic group (messages.migrateChat): a new channel with the same members and rights, whose
 * first message names the group; the group's last message names the channel. Earlier messages stay in its members'
 * boxes, under the group.
 */
export function upgradeGroup(world: Scene, group: Chat, originSession?: bigint): Chat {
  if (group.kind !== 'group' || group.migratedTo !== undefined)
    throw new Error(`${group.id} can't be upgraded.`);
  const channel = makeChannel(
    world.state,
    {
      title: group.title,
      about: group.about,
      creator: group.creator,
      noforwards: group.noforwards,
      defaultBans: [...group.defaultBans],
      megagroup: true,
    },
    world.nowSeconds(),
  );
  for (const { userId, role, adminRights, bans, ...rest } of group.members.values()) {
    const member = addMember(channel, userId, rest);
    member.role = role;
    member.adminRights = new Set(adminRights);
    for (const ban of bans) member.bans.add(ban);
  }
  channel.migratedFrom = group.id;
  const from = { from: group.creator, ...(originSession === undefined ? {} : { originSession }) };
  world.post({ ...from, chat: group.id, action: { kind: 'chatMigrateTo', channel: channel.id } });
  group.migratedTo = channel.id;
  world.post({
    ...from,
    chat: channel.id,
    action: { kind: 'channelMigrateFrom', title: group.title, group: group.id },
  });
  return channel;
}
