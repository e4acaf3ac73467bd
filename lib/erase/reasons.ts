/** Why a message is not deleted, as the rest of a sentence that begins with the message. */
export const REASONS = {
  not_archived: 'is not in the archive',
  not_from_telegram: "is in the archive only as another program's file has it",
  differs: 'is not as the archive has it: it was edited since, or Telegram now sends it in another form',
  edited: 'was edited after the plan was made',
  no_copy_noted: 'has a file that was not downloaded',
  no_copy_found: 'has a file of which this machine finds no copy',
  copy_differs: 'has a file whose copy is not what was downloaded',
  copy_unreadable: 'has a file whose copy could not be read',
  photo_not_kept: 'has a photo or file that no download keeps',
  partly_kept: 'has parts that Telegram did not send, or that this version of TelePi cannot read',
  not_own: 'is not of this account, and the plan has only own messages',
  kept_for_good: 'is of a kind that Telegram never deletes',
  forbidden: 'may not be deleted by this account, says Telegram',
} as const;

export type Reason = keyof typeof REASONS;

/** A message that stays. */
export interface Refused {
  /** The marked id of its chat. */
  readonly chat: number;
  readonly id: number;
  readonly reason: Reason;
}
