import type { TelepiClient } from '../telegram/client.js';
import { changesNothing } from './reads.js';

/** The client of a dry run: it refuses every request that could change something, whoever makes it. */
export function readOnlyClient(client: TelepiClient): TelepiClient {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'call' && name !== 'callOnce') return value.bind(target);
      return (request: { readonly className: string }, ...rest: readonly unknown[]): unknown => {
        if (changesNothing(request)) return Reflect.apply(value, target, [request, ...rest]);
        throw new Error(`A dry run would have called ${request.className}.`);
      };
    },
  });
}
