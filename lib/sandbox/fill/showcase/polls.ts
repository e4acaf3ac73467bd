import type { Poll, PollAnswer } from '../../kinds/poll.js';
import type { Page } from './scene.js';

/** Polls and quizzes with every flag, and lists of tasks. */
export function polls(page: Page): void {
  const { user, friend, author, since } = page.cast;
  const votes = new Map([[friend, { options: [hex(0)], at: since }]]);
  const own = new Map([...votes, [user, { options: [hex(1)], at: since }]]);
  const solution = { text: 'Because it is so.', entities: [{ kind: 'bold', offset: 0, length: 7 }] } as const;
  const quiz = {
    quiz: true,
    answers: answers('Yes', 'No').map((each, n) => ({ ...each, correct: n === 1 })),
  };
  const list: readonly Partial<Poll>[] = [
    {},
    { publicVoters: true, multipleChoice: true, votes: own },
    { closed: true, votes },
    { openAnswers: true, publicVoters: true, answers: [...answers('One', 'Two'), added(author, since)] },
    { revotingDisabled: true, shuffleAnswers: true, hideResultsUntilClose: true, votes: own },
    { closePeriod: 600, closeDate: since + 600 },
    { subscribersOnly: true, countries: ['CH', 'AT'] },
    { ...quiz, solution, votes: own },
    { ...quiz, solution },
    { ...quiz, closed: true, solution: { ...solution, media: page.photo() } },
  ];
  for (const poll of list) page.post({ media: { kind: 'poll', poll: pollOf(page, poll) } });
  page.post({
    text: 'A poll with media everywhere',
    media: {
      kind: 'poll',
      attached: page.photo(),
      poll: pollOf(page, {
        answers: [
          ...answers('A photo').map((each) => ({ ...each, media: page.photo() })),
          ...answers('', 'A place')
            .slice(1)
            .map((each) => ({ ...each, media: { kind: 'geo', latitude: 1, longitude: 2 } as const })),
        ],
      }),
    },
  });
}

const QUESTION = {
  text: 'Tea or coffee? ☕',
  entities: [{ kind: 'customEmoji', offset: 15, length: 1, emojiId: 5_368_324_170_671_202_286n }],
} as const;

function pollOf(page: Page, poll: Partial<Poll>): Poll {
  return {
    id: page.cast.random.bytes(8).readBigInt64LE(0),
    creator: page.author(),
    question: QUESTION,
    answers: answers('Tea', 'Coffee', 'Neither'),
    votes: new Map(),
    ...poll,
  };
}

function answers(...texts: readonly string[]): PollAnswer[] {
  return texts.map((text, n) => ({ text, entities: [], option: option(n), crowd: n }));
}

function added(by: number, at: number): PollAnswer {
  return { text: 'Added later', entities: [], option: Buffer.from('later'), added: { by, at } };
}

const option = (n: number): Buffer => Buffer.from(String(n));
const hex = (n: number): string => option(n).toString('hex');

/** Lists of tasks, with and without tasks that are done. */
export function checklists(page: Page): void {
  const { user, friend, since } = page.cast;
  const title = { text: 'To do', entities: [{ kind: 'italic', offset: 0, length: 2 }] } as const;
  const tasks = ['Milk', 'Bread', 'Everything else'].map((text, n) => ({ id: n + 1, text, entities: [] }));
  page.post({ media: { kind: 'checklist', title, tasks, done: new Map() } });
  const done = new Map([
    [1, { by: user, at: since }],
    [3, { by: friend, at: since }],
  ]);
  const open = { othersCanAppend: true, othersCanComplete: true };
  page.post({ media: { kind: 'checklist', title, tasks, done, ...open } });
}

/** Places, people and dice. */
export function small(page: Page): void {
  const place = { latitude: 46.948, longitude: 7.4474 };
  const venue = { kind: 'venue', ...place, title: 'Old town', address: 'Kramgasse 1' } as const;
  page.post({ media: { kind: 'geo', ...place } });
  page.post({ media: { kind: 'geo', ...place, accuracy: 65 } });
  page.post({ media: { kind: 'geoLive', ...place, period: 900, heading: 90, proximity: 500, accuracy: 20 } });
  page.post({ media: venue });
  page.post({
    media: { ...venue, provider: 'foursquare', venueId: '4b05', venueType: 'arts_entertainment/museum' },
  });
  const { world, friend } = page.cast;
  const contact = { kind: 'contact', phone: '+99966777777', firstName: 'Zoë', lastName: 'Example' } as const;
  const known = { phone: `+${world.account(friend)?.phone}`, userId: friend };
  page.post({ media: { ...contact, vcard: '' } });
  page.post({
    media: { ...contact, vcard: 'BEGIN:VCARD\nFN:Zoë Example\nEND:VCARD', ...known },
  });
  for (const emoticon of ['🎲', '🎯', '🏀', '⚽', '🎳', '🎰'])
    page.post({ media: { kind: 'dice', emoticon, value: 3 } });
}
