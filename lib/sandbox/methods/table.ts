import { type Caller, type Method, type MethodTable, RpcError } from '../rpc.js';
import type { Account } from '../world/model.js';
import { badRequest, type Call, type MethodContext, type MethodGroup } from './context.js';

/** Joins groups into the table of methods that the server serves, each method guarded according to its group. */
export function methodTable(context: MethodContext, groups: readonly MethodGroup[]): MethodTable {
  const table = new Map<string, Method>();
  const add = (name: string, method: Method): void => {
    if (table.has(name)) throw new Error(`The method ${name} is defined twice.`);
    table.set(name, method);
  };
  for (const group of groups) {
    for (const [name, method] of Object.entries(group.open ?? {})) add(name, method);
    for (const [name, method] of Object.entries(group.anyDc ?? {})) {
      add(name, (request, caller) => method(request, signedIn(context, caller)));
    }
    for (const [name, method] of Object.entries(group.home ?? {})) {
      add(name, (request, caller) => method(request, atHome(context, caller)));
    }
    for (const [name, method] of Object.entries(group.usersOnly ?? {})) {
      add(name, (request, caller) => method(request, noBot(atHome(context, caller))));
    }
  }
  return table;
}

/** Refuses a call that needs a login: AUTH_KEY_UNREGISTERED, SESSION_PASSWORD_NEEDED, USER_DEACTIVATED_BAN. */
export function signedIn(context: MethodContext, caller: Caller): Call {
  if (context.logins.awaitsPassword(caller.key)) throw new RpcError(401, 'SESSION_PASSWORD_NEEDED');
  const { userId } = caller.key;
  const me: Account | undefined = userId === undefined ? undefined : context.world.account(userId);
  if (!me) throw new RpcError(401, 'AUTH_KEY_UNREGISTERED');
  if (me.banned) throw new RpcError(401, 'USER_DEACTIVATED_BAN');
  context.logins.seen(caller.key, me.id);
  return { me, caller };
}

function atHome(context: MethodContext, caller: Caller): Call {
  const call = signedIn(context, caller);
  if (call.me.dcId !== caller.dcId) throw new RpcError(303, `USER_MIGRATE_${call.me.dcId}`);
  return call;
}

function noBot(call: Call): Call {
  if (call.me.kind === 'bot') throw badRequest('BOT_METHOD_INVALID');
  return call;
}
