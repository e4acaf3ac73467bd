import { Api } from 'telegram/tl/index.js';
import { type Caller, RpcError } from '../rpc.js';
import { fromLong, toLong } from '../tl.js';
import type { Account } from '../world/model.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';
import { checkCode, codeWayOf, tlSentCode } from './sent-code.js';
import { signedIn } from './table.js';
import { tlUser } from './tl-chats.js';

/** Signing in by code or bot token, moving a login to another DC, and signing out. */
export function authMethods(context: MethodContext): MethodGroup {
  return {
    open: {
      'auth.SendCode': (request: Api.auth.SendCode, caller) => sendCode(context, request, caller),
      'auth.ResendCode': (request: Api.auth.ResendCode, caller) => resendCode(context, request, caller),
      'auth.CancelCode': (request: Api.auth.CancelCode) => context.logins.forgetCode(request.phoneCodeHash),
      'auth.SignIn': (request: Api.auth.SignIn, caller) => signIn(context, request, caller),
      'auth.ImportBotAuthorization': (request: Api.auth.ImportBotAuthorization, caller) =>
        importBot(context, request, caller),
      'auth.ImportAuthorization': (request: Api.auth.ImportAuthorization, caller) =>
        importAuthorization(context, request, caller),
      'auth.LogOut': (_request: Api.auth.LogOut, caller) => logOut(context, caller),
    },
    anyDc: {
      'auth.ExportAuthorization': (request: Api.auth.ExportAuthorization, call) =>
        exportAuthorization(context, request, call),
      'auth.ResetAuthorizations': (_request: Api.auth.ResetAuthorizations, call) =>
        resetOthers(context, call),
    },
  };
}

/** Signs the key in and sends the client its user. */
export function authorization(
  context: MethodContext,
  caller: Caller,
  account: Account,
): Api.auth.Authorization {
  context.logins.signIn(caller.key, account.id);
  context.world.touch();
  return new Api.auth.Authorization({ user: tlUser(context.world, account, account) });
}

/**
 * As `authorization`; throws SESSION_PASSWORD_NEEDED for an account with two-step verification, whose password comes
 * next.
 */
export function authorizationUnlessPassword(
  context: MethodContext,
  caller: Caller,
  account: Account,
): Api.auth.Authorization {
  if (!account.password) return authorization(context, caller, account);
  context.logins.awaitPassword(caller.key, account.id);
  throw new RpcError(401, 'SESSION_PASSWORD_NEEDED');
}

/** API_ID_INVALID unless the pair of api_id and api_hash is known. */
export function checkApp(
  context: MethodContext,
  app: { readonly apiId: number; readonly apiHash: string },
): void {
  if (context.world.state.apps.get(app.apiId) !== app.apiHash) throw badRequest('API_ID_INVALID');
}

function sendCode(context: MethodContext, request: Api.auth.SendCode, caller: Caller): Api.auth.TypeSentCode {
  checkApp(context, request);
  const account = accountOfPhone(context, request.phoneNumber, caller);
  return sendBy(context, account, request.phoneNumber, 0);
}

/** SEND_CODE_UNAVAILABLE once every way has been tried. */
function resendCode(
  context: MethodContext,
  request: Api.auth.ResendCode,
  caller: Caller,
): Api.auth.TypeSentCode {
  const sent = context.logins.codeSent(request.phoneCodeHash, request.phoneNumber);
  if (sent === 'expired') throw badRequest('PHONE_CODE_EXPIRED');
  const account = accountOfPhone(context, request.phoneNumber, caller);
  if (!codeWayOf(account, sent.attempt + 1)) throw new RpcError(406, 'SEND_CODE_UNAVAILABLE');
  context.logins.forgetCode(request.phoneCodeHash);
  return sendBy(context, account, request.phoneNumber, sent.attempt + 1);
}

function sendBy(
  { logins }: MethodContext,
  account: Account,
  phone: string,
  attempt: number,
): Api.auth.TypeSentCode {
  return tlSentCode(account, attempt, logins.sendCode(phone, account.id, attempt));
}

function accountOfPhone(context: MethodContext, phone: string, caller: Caller): Account {
  if (!/^\+?[\d\s()-]{5,20}$/.test(phone)) throw badRequest('PHONE_NUMBER_INVALID');
  const account = context.world.accountByPhone(phone);
  if (!account) throw badRequest('PHONE_NUMBER_UNOCCUPIED');
  if (account.banned) throw badRequest('PHONE_NUMBER_BANNED');
  if (account.dcId !== caller.dcId) throw new RpcError(303, `PHONE_MIGRATE_${account.dcId}`);
  return account;
}

function signIn(
  context: MethodContext,
  request: Api.auth.SignIn,
  caller: Caller,
): Api.auth.TypeAuthorization {
  if (!request.phoneCodeHash) throw badRequest('PHONE_CODE_HASH_EMPTY');
  const sent = context.logins.codeSent(request.phoneCodeHash, request.phoneNumber);
  if (sent === 'expired') throw badRequest('PHONE_CODE_EXPIRED');
  const account = context.world.account(sent.userId);
  const way = account && codeWayOf(account, sent.attempt);
  if (!account || !way) throw badRequest('PHONE_NUMBER_UNOCCUPIED');
  checkCode(account, way, request);
  context.logins.forgetCode(request.phoneCodeHash);
  return authorizationUnlessPassword(context, caller, account);
}

function importBot(
  context: MethodContext,
  request: Api.auth.ImportBotAuthorization,
  caller: Caller,
): Api.auth.TypeAuthorization {
  checkApp(context, request);
  const bot = context.world.accountByBotToken(request.botAuthToken);
  if (!bot) throw badRequest('ACCESS_TOKEN_INVALID');
  if (bot.dcId !== caller.dcId) throw new RpcError(303, `USER_MIGRATE_${bot.dcId}`);
  return authorization(context, caller, bot);
}

function exportAuthorization(
  context: MethodContext,
  request: Api.auth.ExportAuthorization,
  { me, caller }: Call,
): Api.auth.ExportedAuthorization {
  const known = context.dcs().some(({ id }) => id === request.dcId);
  if (!known || request.dcId === caller.dcId) throw badRequest('DC_ID_INVALID');
  return new Api.auth.ExportedAuthorization({
    id: toLong(me.id),
    bytes: context.logins.exportTo(request.dcId, me.id),
  });
}

function importAuthorization(
  context: MethodContext,
  request: Api.auth.ImportAuthorization,
  caller: Caller,
): Api.auth.TypeAuthorization {
  const userId = context.logins.import(request.bytes, caller.dcId);
  const account = userId === undefined ? undefined : context.world.account(userId);
  if (!account || fromLong(request.id) !== BigInt(account.id)) throw badRequest('AUTH_BYTES_INVALID');
  return authorization(context, caller, account);
}

function logOut(context: MethodContext, caller: Caller): Api.auth.LoggedOut {
  signedIn(context, caller);
  context.logins.signOut(caller.key);
  context.world.touch();
  return new Api.auth.LoggedOut({});
}

function resetOthers(context: MethodContext, { me, caller }: Call): boolean {
  for (const key of context.logins.keysOf(me.id)) if (key.id !== caller.key.id) context.logins.signOut(key);
  return true;
}
