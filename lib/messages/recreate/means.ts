/** The kinds of chats for which Telegram has different rules about what may be posted. */
export type TargetKind =
  | 'channel'
  /** A basic group, or a supergroup. */
  | 'group'
  | 'forum'
  /** The direct messages of a channel. */
  | 'direct_messages'
  /** A private chat with a person. */
  | 'private'
  | 'bot'
  | 'saved';

/** What decides how a message is created again, besides the message itself. */
export interface Means {
  readonly target: TargetKind;
  /** The account that sends has Premium. */
  readonly premium: boolean;
  /** The account may send rich messages, and wants them as they are. */
  readonly rich?: boolean;
  /** Cards are written for what can't be created again; otherwise such messages are skipped and counted. */
  readonly cards: boolean;
  /** Service messages become cards, too. */
  readonly serviceCards: boolean;
  /** Telegram forwards what it can; only the rest is created again. */
  readonly forwards?: boolean;
  /** Telegram has refused the message as it was planned: something else has to stand in its place. */
  readonly refused?: true;
  /** The time now, in unix seconds. */
  readonly now: () => number;
}
