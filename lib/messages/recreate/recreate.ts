import { serviceWords } from '../cards/service.js';
import type { MessageDocument, PostDocument, ServiceDocument } from '../document/document.js';
import type { Media } from '../document/media.js';
import type { Reduction } from '../losses.js';
import { plainText } from '../text/edit.js';
import { cardOr } from './card.js';
import { planChecklist } from './checklist.js';
import { planContact } from './contact.js';
import {
  planDice,
  planGame,
  planGiveaway,
  planGiveawayResults,
  planInvoice,
  planUnknown,
  planVideoStream,
} from './dealings.js';
import { hasEffect, playsEffects } from './effect.js';
import { planFile } from './file.js';
import { isForwardable, lossesOfForward } from './forward.js';
import type { Means } from './means.js';
import { planPaid } from './paid.js';
import { planPhoto } from './photo.js';
import { planLiveLocation, planLocation, planVenue } from './places.js';
import type { Plan } from './plan.js';
import type { Planner } from './planner.js';
import { planPoll } from './poll.js';
import { planRich } from './rich.js';
import { planStory } from './story.js';
import { planPreview, planText } from './text.js';

/** What is sent for a message in place of it, what that lacks, or why the message is skipped. Never throws. */
export function recreate(document: MessageDocument, means: Means): Plan {
  switch (document.kind) {
    case 'message': {
      const plan = planPost(document, means);
      if (means.forwards && isForwardable(document, means)) {
        return { kind: 'forward', losses: lossesOfForward(document) };
      }
      if (plan.kind === 'skip') return plan;
      return { ...plan, losses: [...new Set([...lossesOf(document, means), ...plan.losses])] };
    }
    case 'service':
      return planService(document, means);
    case 'empty':
      return { kind: 'skip', reason: 'empty' };
    case 'unknown':
      return cardOr(means, 'unsupported', 'message of a newer kind', { text: '', entities: [] });
  }
}

function planPost(post: PostDocument, means: Means): Plan {
  const { media, richMessage } = post;
  if (richMessage) return planRich(richMessage, post, means);
  if (!media) return planText(post);
  const plan = PLANNERS[media.kind] as (media: Media, post: PostDocument, means: Means) => Plan;
  return plan(media, post, means);
}

/** A note of Telegram's own becomes a card only on demand, with or without other cards. */
function planService({ action }: ServiceDocument, { serviceCards }: Means): Plan {
  const words = serviceCards ? serviceWords(action) : undefined;
  if (words === undefined) return { kind: 'skip', reason: 'service' };
  return cardOr({ cards: true }, 'service', words, plainText(''));
}

/** How each kind of media is planned; a kind that is missing doesn't compile. */
const PLANNERS: { readonly [Kind in Media['kind']]: Planner<Kind> } = {
  photo: planPhoto,
  video: planFile,
  round_video: planFile,
  animation: planFile,
  audio: planFile,
  voice: planFile,
  sticker: planFile,
  custom_emoji: planFile,
  file: planFile,
  location: planLocation,
  live_location: planLiveLocation,
  venue: planVenue,
  contact: planContact,
  dice: planDice,
  game: planGame,
  invoice: planInvoice,
  giveaway: planGiveaway,
  giveaway_results: planGiveawayResults,
  paid_media: planPaid,
  poll: planPoll,
  checklist: planChecklist,
  story: planStory,
  web_page: planPreview,
  video_stream: planVideoStream,
  unknown: planUnknown,
};

/** The losses that don't depend on the media. */
function lossesOf(post: PostDocument, means: Means): Reduction[] {
  const { markup, forward, viaBot, viaBusinessBot, viaGuest } = post;
  const via = viaBot ?? viaBusinessBot ?? viaGuest;
  return [
    ...(markup?.kind === 'inline' ? (['buttons'] as const) : []),
    ...(forward ? (['forward_header'] as const) : []),
    ...(via === undefined ? [] : (['via_bot'] as const)),
    ...(hasEffect(post) && !playsEffects(means) ? (['effect'] as const) : []),
  ];
}
