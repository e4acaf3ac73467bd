/** A phrase that stops a reader, and what to say instead. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly say: string;
  /** Text that the pattern must find. */
  readonly wrong: string;
  /** Text that the pattern must leave alone. */
  readonly right: string;
}

/** Phrases that must not come back into help, errors, comments and pages. */
export const PHRASES: readonly Phrase[] = [
  {
    pattern: /\bmend(?:s|ed|ing)?\b/i,
    say: 'fix, or how to fix it',
    wrong: 'The error says the mend.',
    right: 'The error says how to amend the file.',
  },
  {
    pattern: /\b(?:go|goes|going|went|gone) on\b(?! (?:the|a|an|one|two)\b)/i,
    say: 'continue, proceed, or is running',
    wrong: 'The run goes on where it was.',
    right: 'The part goes on the wire, and the run continues.',
  },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were) no (?!longer\b|more\b|less\b|fewer\b|shorter\b)/i,
    say: 'is not a, isn’t a, or has no',
    wrong: 'That chat is no forum.',
    right: 'There is no session, and it is no longer needed.',
  },
  {
    pattern: /\b(?:tells?|telling|told)\b/i,
    say: 'report, say, show, distinguish, is passed, or is called',
    wrong: 'The server tells no ids, and the caller is told so.',
    right: 'The server reports no ids, and the caller is notified.',
  },
  {
    pattern: /\banew\b/i,
    say: 'again, or from scratch',
    wrong: 'The file is written anew.',
    right: 'The file is written again, a new one each time.',
  },
  {
    pattern: /\bbeside\b/i,
    say: 'next to, besides, or in addition to',
    wrong: 'The file lies beside the ledger.',
    right: 'Nothing besides the ledger is written.',
  },
  {
    pattern: /(?<!\bthere )\b(?:is|are|was|were) none\b(?! of\b)/i,
    say: 'is not one, or name the thing (is not a number)',
    wrong: 'It throws for a number that is none.',
    right: 'The first when there is none, undefined when it is none of these.',
  },
  {
    pattern: /\bthose (?:that|which)\b/i,
    say: 'the noun (the messages that…, the ones that…)',
    wrong: 'It skips those that were sent.',
    right: 'It skips messages that were sent, and returns those of this job that were not.',
  },
  {
    pattern: /\bwhat (?:passes|stays)\b/i,
    say: 'temporary trouble, permanent error: the noun',
    wrong: 'What passes is repeated; what stays is not.',
    right: 'Temporary trouble passes.',
  },
  {
    pattern: /\bwaited out\b/i,
    say: 'waits out, or waits until it is over',
    wrong: 'A flood is waited out.',
    right: 'TelePi waits out the flood.',
  },
  {
    pattern: /\bfails no\b|\bnever is\b|\bis no flag here\b/i,
    say: 'a sentence in plain order (makes no message fail, is never, is not a flag)',
    wrong: 'It fails no message, and what is gone never is repeated.',
    right: 'It makes no message fail, and it is never repeated.',
  },
  {
    pattern: /\bthere are (?:login|logout|chats|check|run)\b/i,
    say: 'the commands are…',
    wrong: 'There is no such command; there are login, logout and run.',
    right: 'There is no such command; the commands are login, logout and run.',
  },
  {
    pattern: /\bknows? (?:no )?(?:--|«|`--)/i,
    say: 'accepts, or has no option',
    wrong: 'Every command knows --help, and setup.sh knows no «--x».',
    right: 'Every command accepts --help.',
  },
  {
    pattern: /\b(?:is|are|was|were) through\b(?! (?:a|an|the)\b)/i,
    say: 'is over, has ended, or has succeeded',
    wrong: 'It waits until the call is through.',
    right: 'It waits until the call is over; the way is through the proxy.',
  },
  {
    pattern: /\band its kin\b/i,
    say: 'and the like',
    wrong: '500 and its kin are repeated.',
    right: '500 and the like are repeated.',
  },
  {
    pattern: /\b(?:can(?:'t|not)?|could(?: not|n't)?) be had\b/i,
    say: 'can’t be read, found or got',
    wrong: 'The thumbnail could not be had.',
    right: 'The thumbnail could not be read.',
  },
  {
    pattern: /\bcan not\b/i,
    say: 'cannot, or can’t',
    wrong: 'Bots can not write to bots.',
    right: 'Bots cannot write to bots.',
  },
  {
    pattern: /\bof no (?:more )?use\b/i,
    say: 'useless, not needed, or no longer valid',
    wrong: 'The session is of no more use.',
    right: 'The session is no longer valid.',
  },
  {
    pattern: /\bin the place of\b|\bby way of\b|\bhangs on\b/i,
    say: 'in place of, through, depends on',
    wrong: 'It is put in the place of the old one by way of a rename, and all hangs on it.',
    right: 'It is put in place of the old one through a rename.',
  },
  {
    pattern: /\banswers (?:what|how|whether|its id|their ids|the ids?)\b/i,
    say: 'returns (a function returns, a server answers)',
    wrong: 'Sends a text and answers its id.',
    right: 'Sends a text and returns its id once the server answers.',
  },
  {
    pattern: /\b(?:he|him|his)\b/i,
    say: 'they, them, their',
    wrong: 'Unblock him first.',
    right: 'Unblock them first.',
  },
  {
    pattern: /\blet(?:s|ting)? go of\b/i,
    say: 'drop, or dropped',
    wrong: 'The server has let go of the parts.',
    right: 'The server has dropped the parts.',
  },
  {
    pattern:
      /\bfor so long\b|\bso many (?:bytes|milliseconds|seconds|parts|messages|requests|connections|turns)\b/i,
    say: 'this long, this many, or n',
    wrong: 'After so many seconds it is given up, and a wire that is silent for so long is closed.',
    right: 'After this many seconds it is given up; a wire that is silent for this long is closed.',
  },
  {
    pattern: /(?:^|[.;:] )Errors as\b/,
    say: 'throws the same errors as…',
    wrong: 'Reads a part. Errors as openSqlite’s.',
    right: 'Reads a part. Throws the same errors as openSqlite.',
  },
  {
    pattern: /\b(?:undefined|none|absent) where\b/i,
    say: 'when, or if',
    wrong: 'The size; undefined where the server says nothing.',
    right: 'The size; undefined when the server says nothing.',
  },
  {
    pattern: /\bgroup that (?:it|the source|the target|a supergroup) was\b(?! in\b)/i,
    say: 'the group that it used to be',
    wrong: 'The history of the basic group that the target was.',
    right: 'The history of the basic group that the target used to be.',
  },
  {
    pattern: /\bhas (?:it|them) no more\b|\bno more known\b/i,
    say: 'no longer has it, is no longer known',
    wrong: 'The source has it no more, and its id is no more known.',
    right: 'The source no longer has it.',
  },
  {
    pattern: /\b(?:the way of an? (?:part|message|file)|a part's way)\b/i,
    say: 'the path of a part',
    wrong: 'The way of a part leads through the budget.',
    right: 'The path of a part leads through the budget.',
  },
  {
    pattern: /\b(?:Telegram's|waits? for|waiting for) leave\b/i,
    say: 'permission',
    wrong: "A send waits for Telegram's leave.",
    right: "A send waits for Telegram's permission, and files leave in order.",
  },
  {
    pattern: /\bstraight (?:there|to (?:Telegram|the DCs?))\b/i,
    say: 'a direct connection',
    wrong: 'The way through a proxy; undefined: straight there.',
    right: 'The route through a proxy; undefined: a direct connection.',
  },
];
