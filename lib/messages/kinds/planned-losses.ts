/**
 * Losses that the tables of kinds name and no run counts yet, each with a sentence for people. A name moves to
 * lib/messages/losses.ts together with the code that counts it.
 */
export const PLANNED_LOSSES = {
  contact_account: 'The account of a contact: Telegram looks it up by the phone number and may not find it.',
  forward_header: 'The line that says whom or where the message was forwarded from.',
  via_bot: 'The bot through which the message was sent.',
} as const satisfies Record<string, string>;

export type PlannedLoss = keyof typeof PLANNED_LOSSES;
