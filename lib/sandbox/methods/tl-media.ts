import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { Media, Message } from '../world/message.js';
import type { Account } from '../world/model.js';
import type { MethodContext } from './context.js';
import { tlFileMedia } from './tl-files.js';

/** A message's media as `viewer` gets it: references to files are made for this message. */
export function tlMedia(
  context: MethodContext,
  viewer: Account,
  media: Media,
  message: Message | undefined,
): Api.TypeMessageMedia {
  switch (media.kind) {
    case 'photo':
    case 'document':
      return tlFileMedia(context, viewer, media, message);
    case 'geo':
      return new Api.MessageMediaGeo({ geo: point(media.latitude, media.longitude) });
    case 'venue':
      return new Api.MessageMediaVenue({
        geo: point(media.latitude, media.longitude),
        title: media.title,
        address: media.address,
        provider: '',
        venueId: '',
        venueType: '',
      });
    case 'contact':
      return new Api.MessageMediaContact({
        phoneNumber: media.phone,
        firstName: media.firstName,
        lastName: media.lastName,
        vcard: media.vcard,
        userId: toLong(0),
      });
    case 'poll':
      return tlPoll(media);
    case 'webpage':
      return tlPreview(media);
    case 'dice':
      return new Api.MessageMediaDice({ value: media.value, emoticon: media.emoticon });
  }
}

function point(lat: number, long: number): Api.GeoPoint {
  return new Api.GeoPoint({ lat, long, accessHash: toLong(0) });
}

function tlPreview({ url, layout, manual }: Extract<Media, { kind: 'webpage' }>): Api.MessageMediaWebPage {
  const displayUrl = url.replace(/^https?:\/\//, '');
  const id = createHash('sha256').update(url).digest().readBigInt64LE(0);
  return new Api.MessageMediaWebPage({
    forceLargeMedia: layout === 'large',
    forceSmallMedia: layout === 'small',
    manual,
    webpage: new Api.WebPage({ id: toLong(id), url, displayUrl, hash: 0, title: displayUrl }),
  });
}

function tlPoll(poll: Extract<Media, { kind: 'poll' }>): Api.MessageMediaPoll {
  const plain = (text: string) => new Api.TextWithEntities({ text, entities: [] });
  return new Api.MessageMediaPoll({
    poll: new Api.Poll({
      id: toLong(poll.id),
      quiz: poll.quiz,
      multipleChoice: poll.multipleChoice,
      publicVoters: poll.publicVoters,
      question: plain(poll.question),
      answers: poll.answers.map(({ text, option }) => new Api.PollAnswer({ text: plain(text), option })),
      hash: toLong(0),
    }),
    results: new Api.PollResults({ totalVoters: 0 }),
  });
}
