import { createHmac } from 'node:crypto';
import type { Random } from '../../base/random.js';
import { emptyBox } from './box.js';
import type { CodeWay } from './code-way.js';
import type { Account, WorldState } from './model.js';
import type { PeerId } from './peer-id.js';
import { makePassword } from './srp.js';

export interface UserOptions {
  /** For accounts whose ids Telegram has chosen; default: the next free one. */
  readonly id?: number;
  /** Digits, with or without spaces and a plus. Default: made up. */
  readonly phone?: string;
  /** The code that auth.signIn accepts; 5 digits. Default: made up. */
  readonly code?: string;
  /** How the code is sent at first and on each repeat. Default: by SMS, then by a call. */
  readonly codeWays?: readonly CodeWay[];
  readonly firstName: string;
  readonly lastName?: string;
  readonly username?: string;
  /** Turns two-step verification on. */
  readonly password?: string;
  readonly passwordHint?: string;
  readonly premium?: boolean;
  readonly banned?: boolean;
  /** The DC that the account lives on; default: the world's home DC. */
  readonly dcId?: number;
}

export interface BotOptions {
  readonly firstName: string;
  readonly username?: string;
  /** The part of the token after the colon; default: made up. */
  readonly tokenSecret?: string;
  readonly dcId?: number;
}

export function createUser(state: WorldState, random: Random, homeDc: number, options: UserOptions): Account {
  const id = options.id ?? state.nextUserId++;
  const account: Account = {
    ...blank(id, 'user', options.dcId ?? homeDc),
    firstName: options.firstName,
    lastName: options.lastName ?? '',
    username: options.username,
    phone: normalPhone(options.phone ?? `99966${String(id).slice(-5)}`),
    code: options.code ?? String(random.integer(10_000, 99_999)),
    ...(options.codeWays ? { codeWays: options.codeWays } : {}),
    password:
      options.password === undefined
        ? undefined
        : makePassword(options.password, options.passwordHint ?? '', random),
    premium: options.premium ?? false,
    banned: options.banned ?? false,
  };
  state.accounts.set(id, account);
  return account;
}

export function createBot(state: WorldState, random: Random, homeDc: number, options: BotOptions): Account {
  const id = state.nextUserId++;
  const secret = options.tokenSecret ?? random.bytes(26).toString('base64url').slice(0, 35);
  const account: Account = {
    ...blank(id, 'bot', options.dcId ?? homeDc),
    firstName: options.firstName,
    username: options.username,
    botToken: `${id}:${secret}`,
  };
  state.accounts.set(id, account);
  return account;
}

/** A phone number as accounts keep it: its digits. */
export function normalPhone(phone: string): string {
  return phone.replace(/\D/g, '');
}

/**
 * The access_hash under which the account `viewer` knows `peer`. Each account has its own for each peer, as in
 * Telegram; another account's is useless.
 */
export function accessHash(state: WorldState, viewer: number, peer: PeerId): bigint {
  return createHmac('sha256', state.secret).update(`${viewer}:${peer}`).digest().readBigInt64LE(0);
}

function blank(id: number, kind: Account['kind'], dcId: number): Account {
  return {
    id,
    kind,
    firstName: '',
    lastName: '',
    username: undefined,
    phone: undefined,
    code: '',
    botToken: undefined,
    password: undefined,
    premium: false,
    banned: false,
    dcId,
    contacts: new Set(),
    pinnedDialogs: [],
    readUpTo: new Map(),
    box: emptyBox(),
    randomIds: new Map(),
  };
}
