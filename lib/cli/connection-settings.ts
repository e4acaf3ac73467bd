import type { SettingKey } from '../settings/table.js';

/** How to reach the server and where the session is: the settings of every command that connects. */
export const CONNECTION: readonly SettingKey[] = [
  'apiId',
  'apiHash',
  'dataDir',
  'server',
  'serverKey',
  'dc',
  'testDc',
  'proxy',
  'crypto',
  'session',
  'database',
];
