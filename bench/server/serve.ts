// The sandbox in a process of its own, which its parent fills and questions over the channel between them.
import { messageOf } from '../../lib/base/errors.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { checkTarget, filesOf } from './check-target.js';
import { fillSource, peerFacts } from './fill-source.js';
import type { ServerCalls, ServerReply, ServerRequest } from './messages.js';
import { requestMeter } from './request-meter.js';

const PHONE = '9996600001';
const CODE = '12345';

const seed = process.argv[2] ?? 'bench';
const sandbox = await startSandbox({ seed });
const me = sandbox.world.createUser({ phone: PHONE, code: CODE, firstName: 'Ann', premium: true });
const meter = requestMeter(sandbox);
let targets = 0;

const calls: { readonly [Name in keyof ServerCalls]: (argument: never) => unknown } = {
  weather: (changes: Parameters<ServerCalls['weather']>[0]) => sandbox.weather.change(changes),
  source: (spec: Parameters<ServerCalls['source']>[0]) => fillSource(sandbox, me, spec),
  target() {
    targets += 1;
    const chat = sandbox.world.createChannel({ title: `Target ${targets}`, creator: me.id, megagroup: true });
    return peerFacts(sandbox, me, chat);
  },
  begin: () => meter.begin(),
  end: () => meter.end(),
  files: (chatId: number) => filesOf(sandbox, chatId),
  check: (pair: Parameters<ServerCalls['check']>[0]) => checkTarget(sandbox, pair),
};

process.on('message', (request: ServerRequest) => void answer(request));
process.on('disconnect', () => process.exit());
reply({
  ready: { server: sandbox.server, ...SANDBOX_APP, phone: `+${PHONE}`, code: CODE },
});

async function answer({ id, name, argument }: ServerRequest): Promise<void> {
  try {
    reply({ id, value: await calls[name](argument as never) });
  } catch (error) {
    reply({ id, error: messageOf(error) });
  }
}

function reply(message: ServerReply): void {
  process.send?.(message);
}
