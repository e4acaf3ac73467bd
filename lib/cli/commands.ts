import type { CommandSpec } from './command.js';

/** Every command, in the order in which a new user needs them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'sandbox',
    about: 'Serve a Telegram of your own on this machine until interrupted',
    settings: ['dataDir'],
    flags: [
      {
        name: 'seed',
        placeholder: 'text',
        about: 'the seed of everything random; printed, so that it replays',
      },
      {
        name: 'port',
        placeholder: 'number',
        about: 'port of the first DC, below 32768; the next DC has the next',
      },
      { name: 'host', placeholder: 'address', about: 'address to listen on; 127.0.0.1 unless given' },
      {
        name: 'state',
        placeholder: 'file',
        about: 'keep accounts, chats and messages in this file over restarts',
      },
      { name: 'empty', about: 'start without accounts and chats, instead of with a set to try things on' },
      {
        name: 'key',
        placeholder: 'file',
        about: 'where the public key goes; sandbox.pem in the data directory unless given',
      },
    ],
    moreFlags: async () => (await import('./weather-flags.js')).weatherFlags(),
    examples: [['telepi sandbox --seed 7 --latency 40', 'the same chats each time, and 40 ms away']],
    load: async () => (await import('./commands/sandbox.js')).sandbox,
  },
];
