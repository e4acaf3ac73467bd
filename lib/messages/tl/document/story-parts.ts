import type { Api } from 'telegram/tl/index.js';
import type { Address, AreaPosition, StoryArea, StoryAudience } from '../../document/story.js';
import { channel, flag, group, maybe, maybeReal, plain, present, real, user } from './fields.js';
import { pointOf, venueOf } from './places.js';
import { reactionOf } from './reactions.js';
import { type Readers, readBy, unknownOf } from './unknown.js';

type Area<Kind> = Extract<StoryArea, { kind: Kind }>;

/** A part of a story's picture that can be touched. */
export function storyAreaOf(area: Api.TypeMediaArea): StoryArea {
  return readBy(AREAS, area);
}

const AREAS: Readers<Api.TypeMediaArea, StoryArea> = {
  MediaAreaVenue: (area) => ({
    kind: 'venue',
    position: positionOf(area.coordinates),
    ...venueOf(area),
  }),
  MediaAreaGeoPoint: ({ coordinates, geo, address }) =>
    present<Area<'location'>>({
      kind: 'location',
      position: positionOf(coordinates),
      point: pointOf(geo),
      address: maybe(address, addressOf),
    }),
  MediaAreaSuggestedReaction: ({ coordinates, reaction, dark, flipped }) =>
    present<Area<'reaction'>>({
      kind: 'reaction',
      position: positionOf(coordinates),
      reaction: reactionOf(reaction),
      dark: flag(dark),
      flipped: flag(flipped),
    }),
  MediaAreaChannelPost: ({ coordinates, channelId, msgId }) => ({
    kind: 'post',
    position: positionOf(coordinates),
    channel: channel(channelId),
    message: msgId,
  }),
  MediaAreaUrl: ({ coordinates, url }) => ({ kind: 'url', position: positionOf(coordinates), url }),
  MediaAreaWeather: ({ coordinates, emoji, temperatureC, color }) => ({
    kind: 'weather',
    position: positionOf(coordinates),
    emoji,
    temperature: real(temperatureC),
    color,
  }),
  MediaAreaStarGift: ({ coordinates, slug }) => ({
    kind: 'gift',
    position: positionOf(coordinates),
    slug,
  }),
  // Only requests have these two.
  InputMediaAreaVenue: unknownOf,
  InputMediaAreaChannelPost: unknownOf,
};

function positionOf({ x, y, w, h, rotation, radius }: Api.TypeMediaAreaCoordinates): AreaPosition {
  return present<AreaPosition>({
    x: real(x),
    y: real(y),
    width: real(w),
    height: real(h),
    rotation: real(rotation),
    radius: maybeReal(radius),
  });
}

function addressOf({ countryIso2, state, city, street }: Api.TypeGeoPointAddress): Address {
  return present<Address>({
    country: countryIso2,
    state: plain(state),
    city: plain(city),
    street: plain(street),
  });
}

/** A rule of a story's privacy. */
export function audienceOf(rule: Api.TypePrivacyRule): StoryAudience {
  return readBy(AUDIENCES, rule);
}

// The rules about members name groups and channels alike by bare ids; all get the mark of a basic group.
const AUDIENCES: Readers<Api.TypePrivacyRule, StoryAudience> = {
  PrivacyValueAllowAll: () => ({ kind: 'everybody', allow: true }),
  PrivacyValueDisallowAll: () => ({ kind: 'everybody', allow: false }),
  PrivacyValueAllowContacts: () => ({ kind: 'contacts', allow: true }),
  PrivacyValueDisallowContacts: () => ({ kind: 'contacts', allow: false }),
  PrivacyValueAllowCloseFriends: () => ({ kind: 'close_friends', allow: true }),
  PrivacyValueAllowPremium: () => ({ kind: 'premium', allow: true }),
  PrivacyValueAllowBots: () => ({ kind: 'bots', allow: true }),
  PrivacyValueDisallowBots: () => ({ kind: 'bots', allow: false }),
  PrivacyValueAllowUsers: ({ users }) => ({ kind: 'users', allow: true, ids: users.map(user) }),
  PrivacyValueDisallowUsers: ({ users }) => ({ kind: 'users', allow: false, ids: users.map(user) }),
  PrivacyValueAllowChatParticipants: ({ chats }) => ({ kind: 'members', allow: true, ids: chats.map(group) }),
  PrivacyValueDisallowChatParticipants: ({ chats }) => ({
    kind: 'members',
    allow: false,
    ids: chats.map(group),
  }),
};
