import { type Action, type ErrorRule, nameOfRefusal } from './rule.js';
import { ACCOUNT } from './rules/account.js';
import { CHATS } from './rules/chats.js';
import { CONTENT } from './rules/content.js';
import { HISTORY_IMPORT } from './rules/history-import.js';
import { NEVER_SENT, REQUESTS } from './rules/requests.js';
import { WEATHER } from './rules/weather.js';

/** Everything known about Telegram's errors (core.telegram.org/api/errors, and each method's own list), by subject. */
export const ERROR_TABLE: Readonly<Record<string, readonly ErrorRule[]>> = {
  'Waits, bad moments and moves': WEATHER,
  'The account and its session': ACCOUNT,
  'Chats, rights and topics': CHATS,
  'Messages and files': CONTENT,
  'Imports of histories': HISTORY_IMPORT,
  'Servers, versions and requests': REQUESTS,
  'What TelePi does not send': NEVER_SENT,
};

const SERVER_FAULT = unknown(500, 'repeat', 'Telegram had a bad moment; TelePi repeats the call.');
const OTHER = unknown(0, 'message', 'Telegram refused the call.');

/** The action for a name that the table doesn't know, by rpc_error's error_code; 0 stands for any other code. */
export const BY_CODE: Readonly<Record<number, ErrorRule>> = {
  0: OTHER,
  303: unknown(303, 'run', 'Telegram redirects this call to another DC, in a way that TelePi does not know.'),
  400: unknown(400, 'message', 'Telegram refused the call.'),
  401: unknown(401, 'signed-out', 'The server does not accept this session: run `telepi login`.'),
  403: unknown(403, 'message', 'Telegram does not allow this account to do that.'),
  404: unknown(404, 'unknown-method', 'The server does not know that method.'),
  406: unknown(
    406,
    'run',
    'Telegram refused the call; open a Telegram app of this account, which may say why.',
  ),
  420: unknown(
    420,
    'run',
    'Telegram has limited this account, without saying for how long; run again later.',
  ),
  500: SERVER_FAULT,
  501: unknown(501, 'unknown-method', 'The server does not know that method.'),
  503: unknown(503, 'repeat', 'Telegram did not answer in time; TelePi repeats the call.'),
};

/** A wait under an unknown name: `FLOOD_PREMIUM_WAIT_X` was new once, and broke clients. */
const NEW_WAIT: ErrorRule = {
  name: '*_WAIT_X',
  code: 420,
  on: 'any',
  action: 'flood',
  sentence: 'Telegram asks TelePi to wait before it repeats that call.',
};

/** Rules that belong to no subject; the table of errors shows them too. */
export const GENERAL_RULES: readonly ErrorRule[] = [NEW_WAIT];

const RULES = Object.values(ERROR_TABLE).flat();
const BY_NAME: ReadonlyMap<string, ErrorRule> = new Map(RULES.map((rule) => [rule.name.toUpperCase(), rule]));
const FAMILIES = RULES.filter(({ name }) => name.includes('*')).map((rule) => ({
  rule,
  pattern: patternOf(rule),
}));

/**
 * The rule for an error. `errorMessage` is rpc_error's error_message as it came, `code` its error_code where that is
 * known. The name decides: an exact match first, then its family, then any `*_WAIT_X`; for an unknown name the code
 * decides.
 */
export function ruleFor(errorMessage: string, code = 0): ErrorRule {
  return namedRule(errorMessage) ?? BY_CODE[Math.abs(code)] ?? byRange(code);
}

/** As `ruleFor`, undefined for a name that the table doesn't know. */
export function namedRule(errorMessage: string): ErrorRule | undefined {
  const name = nameOfRefusal(errorMessage).toUpperCase();
  const known = BY_NAME.get(name);
  if (known) return known;
  if (/_WAIT_X$/.test(name)) return NEW_WAIT;
  const words = name.replace(/ /g, '_');
  return FAMILIES.find(({ pattern }) => pattern.test(words))?.rule;
}

/** 500 and the like, also met as -500 and 5xx. */
function byRange(code: number): ErrorRule {
  return Math.floor(Math.abs(code) / 100) === 5 ? SERVER_FAULT : OTHER;
}

function patternOf({ name }: ErrorRule): RegExp {
  return new RegExp(`^${name.replaceAll('*', '.*')}$`);
}

function unknown(code: number, action: Action, sentence: string): ErrorRule {
  return { name: 'any other', code, on: 'any', action, sentence };
}
