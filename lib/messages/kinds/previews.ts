import type { Kind, KindTable } from './kind.js';

function preview(what: string): Kind {
  return { outcome: 'same', sentence: `Telegram makes the preview of ${what} from the link again.` };
}

/** A place to press on the picture of a story: a shared story is the same story. */
function area(what: string): Kind {
  return {
    outcome: 'same',
    sentence: `${what} on a story that is shared again is the story's own.`,
  };
}

function ofRequests(what: string): Kind {
  return {
    outcome: 'skip',
    sentence: `The form in which the maker of a story adds ${what}; no message contains it.`,
  };
}

/** What the preview of a link to Telegram shows (WebPageAttribute). */
export const PREVIEW_ATTRIBUTES = {
  WebPageAttributeTheme: preview('a theme'),
  WebPageAttributeStory: preview('a story'),
  WebPageAttributeStickerSet: preview('a set of stickers'),
  WebPageAttributeUniqueStarGift: preview('a collectible gift'),
  WebPageAttributeStarGiftCollection: preview('a collection of gifts'),
  WebPageAttributeStarGiftAuction: preview('an auction of gifts'),
  WebPageAttributeAiComposeTone: preview('a tone for the AI editor'),
} as const satisfies KindTable;

/** What can be pressed on a story (MediaArea). */
export const STORY_AREAS = {
  MediaAreaVenue: area('A venue'),
  InputMediaAreaVenue: ofRequests('a venue'),
  MediaAreaGeoPoint: area('A place'),
  MediaAreaSuggestedReaction: area('A suggested reaction'),
  MediaAreaChannelPost: area("A channel's post"),
  InputMediaAreaChannelPost: ofRequests("a channel's post"),
  MediaAreaUrl: area('A link'),
  MediaAreaWeather: area('The weather'),
  MediaAreaStarGift: area('A gift'),
} as const satisfies KindTable;
