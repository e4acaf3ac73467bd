import { Api } from 'telegram/tl/index.js';
import { toLong } from '../tl.js';
import type { MethodContext, MethodGroup } from './context.js';

/** account.*: the sessions of an account, and settings that clients send on their own. */
export function accountMethods(context: MethodContext): MethodGroup {
  return {
    anyDc: {
      'account.UpdateStatus': () => true,
    },
    home: {
      'account.GetAuthorizations': (_request: Api.account.GetAuthorizations, { me, caller }) =>
        new Api.account.Authorizations({
          authorizationTtlDays: 180,
          authorizations: context.logins
            .keysOf(me.id)
            .map((key) => authorizationOf(context, key.id, caller.key.id)),
        }),
      'account.GetNotifySettings': () => new Api.PeerNotifySettings({}),
      'account.RegisterDevice': () => true,
      'account.UnregisterDevice': () => true,
    },
  };
}

/** The key's session as a list of devices shows it; the current one's hash is 0. */
export function authorizationOf({ world }: MethodContext, keyId: bigint, current: bigint): Api.Authorization {
  const now = world.nowSeconds();
  return new Api.Authorization({
    current: keyId === current,
    hash: toLong(keyId === current ? 0n : keyId),
    deviceModel: 'Unknown',
    platform: 'Unknown',
    systemVersion: 'Unknown',
    apiId: [...world.state.apps.keys()][0] ?? 0,
    appName: 'Sandbox',
    appVersion: '1.0',
    dateCreated: now,
    dateActive: now,
    ip: '127.0.0.1',
    country: 'Loopback',
    region: '',
  });
}
