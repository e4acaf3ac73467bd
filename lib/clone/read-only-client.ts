import type { TelepiClient } from '../telegram/client.js';

/** Requests that change nothing at Telegram. */
const READS =
  /^(?:help\.Get|users\.Get|updates\.Get|langpack\.Get|contacts\.(?:Get|ResolveUsername)|messages\.(?:Get(?!.*BotCallback)|Search|CheckChatInvite)|channels\.Get|upload\.Get|stickers\.Check|stories\.Get|account\.Get)/;

/** The client of a dry run: it refuses every request that could change something, whoever makes it. */
export function readOnlyClient(client: TelepiClient): TelepiClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'call' && name !== 'callOnce') return value.bind(target);
      return (request: { readonly className: string }, ...rest: readonly unknown[]): unknown => {
        if (READS.test(request.className)) return Reflect.apply(value, target, [request, ...rest]);
        throw new Error(`A dry run would have called ${request.className}.`);
      };
    },
  });
}
