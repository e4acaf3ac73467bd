/**
 * Losses that the tables of kinds name and no run counts yet, each with a sentence for people. A name moves to
 * lib/messages/losses.ts together with the code that counts it.
 */
export const PLANNED_LOSSES = {
  album: 'An item of an album that Telegram refused; the others stay one album.',
  checklist_as_text:
    'A checklist written as lines of text, since it needs Premium and is not allowed in channels.',
  completions: 'Who completed a task of a checklist, and when.',
  contact_account: 'The account of a contact: Telegram looks it up by the phone number and may not find it.',
  forward_header: 'The line that says whom or where the message was forwarded from.',
  poll_audience: "A poll's restriction to subscribers or countries, which only channels accept.",
  poll_public: 'Who voted for what in a public poll; channels accept anonymous polls only.',
  price: 'The price of paid media; its copy is free.',
  quiz_answer:
    'The right answer of a quiz, which this account does not know; a plain poll with a note is sent.',
  quote: 'The quoted words, which the copy of the answered message does not contain.',
  reply_detail: 'Which task of a checklist or which answer of a poll is replied to.',
  rich_layout: 'Headings, tables and other layout of a rich message; its text, formatting and media stay.',
  via_bot: 'The bot through which the message was sent.',
  votes: 'The votes of a poll, and who added answers to it.',
} as const satisfies Record<string, string>;

export type PlannedLoss = keyof typeof PLANNED_LOSSES;
