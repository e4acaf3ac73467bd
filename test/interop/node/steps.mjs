// What the Node clients share: steps as lines of JSON, and a process that reaches nothing but loopback.
import { createHash } from 'node:crypto';
import dns from 'node:dns';
import { connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

const STEP_MS = 60_000;

/** From now on this process connects to nothing but loopback. */
export function loopbackOnly() {
  const open = Socket.prototype.connect;
  Socket.prototype.connect = function guarded(...args) {
    // Socket.connect gets net.connect's arguments as one array, already in order.
    const [first] = Array.isArray(args[0]) ? args[0] : args;
    const host = typeof first === 'object' ? (first.host ?? 'localhost') : args[1];
    if (!isLoopback(host)) throw new Error(`not loopback: ${host}`);
    return open.apply(this, args);
  };
  dns.lookup = () => {
    throw new Error('not loopback: a name is looked up');
  };
}

function isLoopback(host) {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

export function guardStep() {
  try {
    connect({ host: '203.0.113.1', port: 443 }).destroy();
  } catch (error) {
    return { refused: error.message.startsWith('not loopback') };
  }
  return { refused: false };
}

/** Does what a step does, and says what it found or why it failed. */
export async function take(step, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no end within a minute')), STEP_MS);
  });
  try {
    say({ step, found: await Promise.race([work(), late]) });
  } catch (error) {
    say({ step, error: String(error?.stack ?? error) });
  } finally {
    clearTimeout(timer);
  }
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export async function readFacts() {
  return JSON.parse(await text(process.stdin));
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
