import { Api } from 'telegram/tl/index.js';
import type { Caller } from '../rpc.js';
import { authorizationOf } from './account.js';
import { authorizationUnlessPassword, checkApp } from './auth.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';

/** QR login (core.telegram.org/api/qr-login): one session shows a token, a signed-in one accepts it. */
export function qrMethods(context: MethodContext): MethodGroup {
  return {
    open: {
      'auth.ExportLoginToken': (request: Api.auth.ExportLoginToken, caller) =>
        exportToken(context, request, caller),
      'auth.ImportLoginToken': (request: Api.auth.ImportLoginToken, caller) =>
        importToken(context, request, caller),
    },
    usersOnly: {
      'auth.AcceptLoginToken': (request: Api.auth.AcceptLoginToken, call) =>
        acceptToken(context, request, call),
    },
  };
}

/** A token to show; once one of them has been accepted, the login itself, or the DC to finish it on. */
function exportToken(
  context: MethodContext,
  request: Api.auth.ExportLoginToken,
  caller: Caller,
): Api.auth.TypeLoginToken {
  checkApp(context, request);
  const accepted = context.logins.acceptedFor(caller.key);
  if (accepted === undefined) {
    const { token, expiresMs } = context.logins.loginToken(caller);
    return new Api.auth.LoginToken({ token, expires: Math.floor(expiresMs / 1000) });
  }
  const account = context.world.account(accepted.userId);
  if (account && account.dcId !== caller.dcId) {
    return new Api.auth.LoginTokenMigrateTo({ dcId: account.dcId, token: accepted.token });
  }
  context.logins.spendToken(accepted.token);
  return success(context, accepted.userId, caller);
}

/** AUTH_TOKEN_EXPIRED, AUTH_TOKEN_INVALID. */
function importToken(
  context: MethodContext,
  request: Api.auth.ImportLoginToken,
  caller: Caller,
): Api.auth.TypeLoginToken {
  const userId = context.logins.importToken(request.token);
  if (userId === 'expired') throw badRequest('AUTH_TOKEN_EXPIRED');
  if (userId === undefined) throw badRequest('AUTH_TOKEN_INVALID');
  return success(context, userId, caller);
}

function success(context: MethodContext, userId: number, caller: Caller): Api.auth.LoginTokenSuccess {
  const account = context.world.account(userId);
  if (!account) throw badRequest('AUTH_TOKEN_INVALID');
  return new Api.auth.LoginTokenSuccess({
    authorization: authorizationUnlessPassword(context, caller, account),
  });
}

/** Lets in the session that shows the token, and notifies it by updateLoginToken. */
function acceptToken(
  context: MethodContext,
  request: Api.auth.AcceptLoginToken,
  { me, caller }: Call,
): Api.Authorization {
  const shown = acceptLogin(context, request.token, me.id);
  return authorizationOf(context, shown.key.id, caller.key.id);
}

/** Accepts as auth.acceptLoginToken by this account does: a test plays the other device with it. */
export function acceptLogin(context: MethodContext, token: Buffer, userId: number): Caller {
  const shown = context.logins.acceptToken(token, userId);
  if (shown === 'expired') throw badRequest('AUTH_TOKEN_EXPIRED');
  if (shown === undefined) throw badRequest('AUTH_TOKEN_INVALID');
  const update = new Api.UpdateShort({
    update: new Api.UpdateLoginToken(),
    date: context.world.nowSeconds(),
  });
  context.pusher().pushToKey(shown.key, update);
  return shown;
}
