import type { Api } from 'telegram/tl/index.js';
import { linkAbort, orAborted } from '../base/abort.js';
import type { JobTerm } from '../ledger/job.js';
import type { Patience } from '../pace/patience.js';
import { connectionLost, methodName, NoAnswerError, TelegramError } from '../refusals/telegram-error.js';
import type { CallOptions, OnceOptions } from '../telegram/caller.js';
import type { TelepiClient } from '../telegram/client.js';
import { mayComeLate } from './reads.js';

/**
 * The client of a run whose job another machine may take: a request that changes something at Telegram begins only within
 * the run's term, and is cut off at its end. What was cut off is in doubt, as with a lost connection, and is treated so: the
 * next attempt renews the term first, and throws JOB_TAKEN_OVER if another machine has the job. One that a person gives up
 * is in doubt, too: then other machines wait for one request's time after the run. Parts of files aren't held
 * up, since they may be sent twice.
 */
export function leasedClient(client: TelepiClient, term: JobTerm): TelepiClient {
  const { patience } = client;
  const ready = async (signal: AbortSignal): Promise<void> => {
    if (!term.mayBegin) await orAborted(term.ready(), signal);
  };
  const callOnce = async (request: Api.AnyRequest, options: OnceOptions): Promise<unknown> => {
    if (mayComeLate(request)) return client.callOnce(request, options);
    await ready(options.signal);
    const cut = linkAbort(options.signal);
    const over = (): void => cut.abort(connectionLost(methodName(request), new Error('the lease ran out')));
    term.over(cut.signal).then(over, () => {});
    let hasGone = false;
    const mayGo = (): boolean => {
      const may = term.mayBegin;
      hasGone ||= may;
      return may;
    };
    try {
      return await client.callOnce(request, { ...options, signal: cut.signal, mayGo });
    } catch (error) {
      if (hasGone && !isAnswer(error)) term.leaveOpen();
      throw error;
    } finally {
      cut.abort();
      cut.release();
    }
  };
  const waiting: Patience = {
    run: (method, attempt, signal, faults) =>
      patience.run(method, attempt, signal, mayComeLate(method) ? faults : { ...faults, ready }),
  };
  const call = (request: Api.AnyRequest, options: CallOptions): Promise<unknown> => {
    if (mayComeLate(request)) return client.call(request, options);
    const { signal, dcId, faults } = options;
    const once = (attempt: AbortSignal) => callOnce(request, { signal: attempt, dcId });
    return waiting.run(methodName(request), once, signal, faults);
  };
  const own: ReadonlyMap<string | symbol, unknown> = new Map<string, unknown>([
    ['call', call],
    ['callOnce', callOnce],
    ['patience', waiting],
  ]);
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = own.get(name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function isAnswer(error: unknown): boolean {
  return error instanceof TelegramError && !(error instanceof NoAnswerError);
}
