import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServerCalls, ServerFacts, ServerReply, ServerRequest } from './messages.js';

/** The sandbox's process, as the bench talks to it. */
export interface SandboxProcess {
  readonly facts: ServerFacts;
  call<Name extends keyof ServerCalls>(
    name: Name,
    ...argument: Parameters<ServerCalls[Name]>
  ): Promise<ReturnType<ServerCalls[Name]>>;
  close(): Promise<void>;
}

/** Starts a sandbox with nothing in it except an account. It ends with this process, whatever ends that. */
export async function startSandboxProcess(seed: string): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL('serve.js', import.meta.url)), [seed]);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      for (const { reject } of waiting.values()) reject(new Error('The sandbox has ended.'));
      resolve();
    });
  });
  const facts = await new Promise<ServerFacts>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`The sandbox ended with status ${status}.`)));
    child.on('message', (reply: ServerReply) => {
      if ('ready' in reply) return resolve(reply.ready);
      const call = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (reply.error === undefined) call?.resolve(reply.value);
      else call?.reject(new Error(reply.error));
    });
  });
  let lastId = 0;
  return {
    facts,
    call(name, argument?: unknown) {
      lastId += 1;
      const request: ServerRequest = { id: lastId, name, argument };
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { resolve: resolve as (value: unknown) => void, reject });
        child.send(request, (error) => error && reject(error));
      });
    },
    close: () => end(child, ended),
  };
}

function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect();
  else child.kill('SIGKILL');
  return ended;
}
