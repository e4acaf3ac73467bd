/**
 * Why a selection left a message out, each reason with a sentence for people. Counted, kept and shown like the reasons of
 * lib/messages/losses.ts; the names are stable. README.md lists them: `npm run losses-doc`.
 */
export const SELECTION_REASONS = {
  before_since: 'It is older than `--since`.',
  after_until: 'It is newer than `--until`.',
  below_from_id: 'Its id is below `--from-id`.',
  above_to_id: 'Its id is above `--to-id`.',
  not_topic: 'It is in none of the topics of `--topic`.',
  not_sender: 'It was sent by somebody whom `--sender` does not name.',
  not_kind: 'Its kind is not one of `--kind`.',
  excluded_kind: 'Its kind is one of `--exclude-kind`.',
  too_small: 'Its file is smaller than `--min-size`, or it has none.',
  too_large: 'Its file is larger than `--max-size`.',
  not_ext: 'Its file has another ending than `--ext`, or it has none.',
  not_match: '`--match` does not find its pattern in the text.',
  not_filter: 'The expression of `--filter` is false for it.',
} as const satisfies Record<string, string>;

export type SelectionReason = keyof typeof SELECTION_REASONS;
