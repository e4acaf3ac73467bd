import type { SessionUse } from '../connection.js';
import type { Finding } from './finding.js';

/** Whether another machine uses the session, as far as the database says; one that does has kept the connection from being made. */
export function sessionUse({ trouble }: SessionUse): Finding {
  return trouble === undefined
    ? { name: 'session', status: 'ok', detail: 'used on this machine alone' }
    : {
        name: 'session',
        status: 'unknown',
        detail: `whether another machine uses it isn't known: ${trouble}`,
      };
}
