import type { Forward } from '../../world/message.js';
import { type Page, peer, photoOf } from './scene.js';

/** Replies of every sort. */
export function replies(page: Page): void {
  const { channel, friend, since, world, user } = page.cast;
  const first = page.post({ text: 'One two three four five.' });
  const second = page.post({ text: 'A reply.', replyTo: first.id });
  page.post({ text: 'A reply to the reply.', replyTo: second.id });
  page.post({ text: 'With a quote.', replyTo: first.id, quote: { text: 'two three', offset: 4 } });
  const entities = [{ kind: 'bold', offset: 0, length: 4 }] as const;
  page.post({
    text: 'With a styled quote.',
    replyTo: first.id,
    quote: { text: 'four five', offset: 14, entities },
  });
  const list = page.post({
    media: {
      kind: 'checklist',
      title: { text: 'List', entities: [] },
      tasks: [{ id: 4, text: 'Milk', entities: [] }],
      done: new Map(),
    },
  });
  page.post({ text: 'About a task.', replyTo: list.id, task: 4 });
  const option = Buffer.from('0');
  const poll = page.post({
    media: {
      kind: 'poll',
      poll: {
        id: page.cast.random.bytes(8).readBigInt64LE(0),
        creator: friend,
        question: { text: 'Which one?', entities: [] },
        answers: ['This', 'That'].map((text, n) => ({ text, entities: [], option: Buffer.from(String(n)) })),
        votes: new Map(),
      },
    },
  });
  page.post({ text: 'About an answer.', replyTo: poll.id, pollOption: option });
  const post = channel.box?.messages.find(({ action }) => !action);
  if (post)
    page.post({ from: user, text: 'About a post elsewhere.', replyTo: post.id, replyPeer: channel.id });
  const from = { _: 'MessageFwdHeader', date: since, fromName: 'Somebody' };
  const media = { _: 'MessageMediaPhoto', photo: photoOf(page.photo()) };
  const elsewhere = {
    _: 'MessageReplyHeader',
    replyFrom: from,
    replyMedia: media,
    quote: true,
    quoteText: 'There',
  };
  page.post({ text: 'About a message of a chat that nobody here sees.', fields: { replyTo: elsewhere } });
  const story = { _: 'MessageReplyStoryHeader', peer: peer(channel.id), storyId: 1 };
  page.post({ text: 'About a story.', fields: { replyTo: story } });
  world.touch();
}

/** Forwarded messages of every origin. */
export function forwards(page: Page): void {
  const { channel, author, since } = page.cast;
  const origins: readonly Forward[] = [
    { from: author, date: since },
    { from: undefined, name: 'Somebody who hides', date: since },
    { from: channel.id, date: since, post: 2, author: 'Zoë' },
  ];
  for (const forward of origins) page.post({ text: 'Forwarded.', forward });
  page.album([
    { media: page.photo(), forward: { from: channel.id, date: since, post: 3 } },
    { media: page.photo(), forward: { from: channel.id, date: since, post: 4 } },
  ]);
  const imported = { from: undefined, name: 'Zoë', date: since, imported: true };
  page.post({ text: 'Imported from another messenger.', forward: imported });
  const announced = { from: channel.id, date: since, psaType: 'covid' };
  page.post({ text: 'An announcement.', forward: announced });
}

/** What Saved Messages know about where a message was. */
export function saved(page: Page): void {
  const { channel, author, friend, user, since } = page.cast;
  page.post({ text: 'A note.' });
  page.post({ media: page.photo(), text: 'A photo for later' });
  page.post({
    text: 'Saved from a channel.',
    forward: { from: channel.id, date: since, post: 2, saved: { peer: channel.id, id: 2, out: false } },
  });
  page.post({
    text: 'My own words, saved.',
    forward: { from: user, date: since, saved: { peer: friend, id: 3, out: true } },
  });
  page.post({
    text: 'A forward, saved.',
    forward: {
      from: author,
      date: since,
      saved: { peer: channel.id, id: 4, out: false, by: { from: friend, date: since + 5 } },
    },
  });
  page.post({
    text: 'Saved from somebody who hides.',
    forward: {
      from: author,
      date: since,
      saved: { peer: friend, id: 5, out: false, by: { from: undefined, name: 'Somebody', date: since } },
    },
  });
}
