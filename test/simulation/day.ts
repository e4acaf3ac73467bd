import { formatBytes } from '../../lib/base/bytes.js';
import { type Random, seededRandom } from '../../lib/base/random.js';
import { SampleFiles } from '../../lib/sandbox/fill/sample-files.js';
import { sentence } from '../../lib/sandbox/fill/styled-text.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { Box } from '../../lib/sandbox/world/box.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { World } from '../../lib/sandbox/world/world.js';
import { collectGarbage } from '../support/collect-garbage.js';
import { EVERYTHING } from './choice.js';
import type { Scene } from './content.js';
import { judge } from './excuses.js';
import { live } from './life.js';
import { type Plan, planOf } from './plan.js';
import { type Setting, withSetting } from './setting.js';
import type { Stage } from './stage.js';
import { DEFAULT_WAYS } from './ways.js';

const HOUR_MS = 3_600_000;
const FIRST_MEASURE_MS = 600_000;
/** How many messages are ahead of the clone at least, and how many the sandbox keeps behind it. */
const AHEAD = 250;
const KEPT = 600;
/** One message in so many has a file. */
const FILE_EVERY = 25;

/** A day of a clone that never ends: a chat that grows as fast as it is cloned. Throws when it goes wrong. */
export async function simulateDay(stage: Stage, seed: string, say: (line: string) => void): Promise<void> {
  const plan = dayPlan(seed);
  const write = ({ world }: Sandbox): Scene => writeScene(world);
  await withSetting(stage, plan, write, async (setting) => {
    const { sandbox, course } = setting;
    const chat = new GrowingChat(setting);
    const rss: number[] = [];
    const measure = (hour: string): void => {
      collectGarbage();
      const memory = process.memoryUsage();
      rss.push(memory.rss);
      say(
        `${hour.padStart(6)}  ${String(chat.cloned).padStart(8)}  RSS ${formatBytes(memory.rss)}, heap ${formatBytes(memory.heapUsed)}`,
      );
    };
    say('  hour  messages');
    const over = new AbortController();
    const watching = everyHour(setting, measure, over.signal);
    const end = await live(setting, {
      plan: {
        job: 0,
        mishaps: [],
        next: 'same',
        pauseMs: 0,
        choice: EVERYTHING,
        stopAfterMs: 24 * HOUR_MS,
      },
      job: 0,
      number: 1,
    });
    over.abort();
    await watching;
    judge(end, { ...plan, faults: new Set(['interrupt']) });
    measure('end');
    const faults = Object.entries(sandbox.report().weather.faults).map(
      ([what, count]) => `${count} × ${what}`,
    );
    say(
      `${chat.cloned} messages in ${(course.monotonic() / HOUR_MS).toFixed(1)} h, each once and in order; ${faults.join(', ')}`,
    );
    say(
      `RSS of TelePi and sandbox: ${formatBytes(rss[0] ?? 0)} after 10 minutes, ${formatBytes(rss.at(-1) ?? 0)} at the end`,
    );
  });
}

function writeScene(world: World): Scene {
  const me = world.createUser({ firstName: 'Ann' });
  const source = world.createChannel({ title: 'Endless', creator: me.id, megagroup: true });
  const target = world.createChannel({ title: 'Copy', creator: me.id, megagroup: true });
  return { me, target, jobs: [{ source, autoCreateTopics: false }], ways: DEFAULT_WAYS };
}

function dayPlan(seed: string): Plan {
  return {
    ...planOf(seed),
    seed,
    ways: DEFAULT_WAYS,
    faults: new Set(['latency', 'message-budget', 'drop-after', 'reset']),
    weather: {
      latencyMs: 40,
      messageBudget: 20,
      messageWindowSeconds: 60,
      dropAfterRate: 0.001,
      resetRate: 0.001,
    },
    nature: {},
    methodFloodRate: 0,
    partsDroppedRate: 0,
    minIntervalMs: 1_300,
  };
}

async function everyHour(
  { course }: Setting,
  measure: (hour: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await course.sleep(FIRST_MEASURE_MS, signal);
    measure('0.2');
    for (let hour = 1; ; hour += 1) {
      await course.sleep(hour * HOUR_MS - course.monotonic(), signal);
      measure(String(hour));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Writes a source ahead of its clone, checks what arrives, and forgets what lies behind, so that it never grows. */
class GrowingChat {
  cloned = 0;
  readonly #setting: Setting;
  readonly #random: Random;
  readonly #files: SampleFiles;
  readonly #expected: string[] = [];

  constructor(setting: Setting) {
    this.#setting = setting;
    const { sandbox, scene, plan } = setting;
    this.#random = seededRandom(`${plan.seed}/day`);
    this.#files = new SampleFiles(sandbox.files, this.#random, [1], plan.seed);
    sandbox.world.onPosted(({ message }) => {
      if (message.peer === scene.target.id) this.#arrived(message);
    });
    while (this.#expected.length < AHEAD) this.#write();
  }

  #write(): void {
    const { sandbox, scene } = this.#setting;
    const count = this.cloned + this.#expected.length;
    const text = `${count}: ${sentence(this.#random, this.#random.integer(1, 20))}`;
    const media =
      count % FILE_EVERY === 0 && this.#files.make('voice', { size: this.#random.integer(1_000, 30_000) });
    const { source } = scene.jobs[0];
    sandbox.world.post({ chat: source.id, from: source.creator, text, ...(media && { media }) });
    this.#expected.push(text);
  }

  #arrived({ text, action }: Message): void {
    if (action) return;
    const { sandbox, scene } = this.#setting;
    const wanted = this.#expected.shift();
    if (text !== wanted) throw new Error(`"${text}" came instead of "${wanted}".`);
    this.cloned += 1;
    this.#write();
    if (this.cloned % KEPT !== 0) return;
    this.#forget(scene.jobs[0].source.box, AHEAD + KEPT);
    this.#forget(sandbox.world.chat(scene.target.id)?.box, KEPT);
    const sent = scene.me.randomIds.get(scene.target.id);
    for (const randomId of [...(sent?.keys() ?? [])].slice(0, -KEPT)) sent?.delete(randomId);
    sandbox.files.uploads.expireParts();
  }

  #forget(box: Box | undefined, kept: number): void {
    for (const list of [box?.messages, box?.changes]) list?.splice(0, Math.max(0, list.length - kept));
  }
}
