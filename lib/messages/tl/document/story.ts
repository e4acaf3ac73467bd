import type { Api } from 'telegram/tl/index.js';
import type {
  SkippedStory,
  StoredStory,
  Story,
  StoryMedia,
  StoryOrigin,
  StoryViews,
} from '../../document/story.js';
import { flag, maybe, maybeList, maybePeer, peer, plain, present, user } from './fields.js';
import { fileOf } from './files.js';
import { reactionCountOf, reactionOf } from './reactions.js';
import { audienceOf, storyAreaOf } from './story-parts.js';
import { formattedText } from './text.js';
import { never } from './unknown.js';

type MediaOf<Media> = (media: Api.TypeMessageMedia) => Media | undefined;

export function storyMediaOf<Media>(
  { peer: owner, id, viaMention, story }: Api.MessageMediaStory,
  mediaOf: MediaOf<Media>,
): StoryMedia<Media> {
  return present<StoryMedia<Media>>({
    kind: 'story',
    peer: peer(owner),
    id,
    mention: flag(viaMention),
    story: maybe(story, (item) => storyOf(item, mediaOf)),
  });
}

/** A story, as far as Telegram sent it; `mediaOf` reads its picture or video. */
export function storyOf<Media>(story: Api.TypeStoryItem, mediaOf: MediaOf<Media>): Story<Media> {
  switch (story.className) {
    case 'StoryItemDeleted':
      return { kind: 'deleted' };
    case 'StoryItemSkipped':
      return present<SkippedStory>({
        kind: 'skipped',
        date: story.date,
        expires: story.expireDate,
        closeFriends: flag(story.closeFriends),
        live: flag(story.live),
      });
    case 'StoryItem':
      return storedStory(story, mediaOf);
    default:
      return never(story);
  }
}

function storedStory<Media>(story: Api.StoryItem, mediaOf: MediaOf<Media>): StoredStory<Media> {
  return present<StoredStory<Media>>({
    kind: 'story',
    date: story.date,
    expires: story.expireDate,
    from: maybePeer(story.fromId),
    caption: formattedText(story.caption ?? '', story.entities),
    media: mediaOf(story.media),
    areas: maybeList(story.mediaAreas, storyAreaOf),
    forwarded: maybe(story.fwdFrom, originOf),
    music: maybe(story.music, fileOf),
    views: maybe(story.views, viewsOf),
    ownReaction: maybe(story.sentReaction, reactionOf),
    albums: maybeList(story.albums, Number),
    audience: maybeList(story.privacy, audienceOf),
    pinned: flag(story.pinned),
    public: flag(story.public),
    closeFriends: flag(story.closeFriends),
    contacts: flag(story.contacts),
    selectedContacts: flag(story.selectedContacts),
    noForwards: flag(story.noforwards),
    edited: flag(story.edited),
    own: flag(story.out),
    partial: flag(story.min),
  });
}

function originOf({ from, fromName, storyId, modified }: Api.TypeStoryFwdHeader): StoryOrigin {
  return present<StoryOrigin>({
    from: maybePeer(from),
    fromName: plain(fromName),
    story: plain(storyId),
    modified: flag(modified),
  });
}

function viewsOf(views: Api.TypeStoryViews): StoryViews {
  return present<StoryViews>({
    views: views.viewsCount,
    forwards: plain(views.forwardsCount),
    reactions: maybeList(views.reactions, reactionCountOf),
    reactionCount: plain(views.reactionsCount),
    recentViewers: maybeList(views.recentViewers, user),
    viewersKnown: flag(views.hasViewers),
  });
}
