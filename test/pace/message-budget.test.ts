import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageBudget } from '../../lib/pace/message-budget.js';

const MINUTE = 60_000;

/** A server that accepts `items` messages in a window that the first of them opens, or whatever time they take. */
class Server {
  readonly #items: number;
  readonly #windowMs: number;
  #openedAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(items: number, windowMs: number) {
    this.#items = items;
    this.#windowMs = windowMs;
  }

  /** The milliseconds to wait, or undefined when the message was accepted. */
  take(at: number): number | undefined {
    if (at >= this.#openedAt + this.#windowMs) {
      this.#openedAt = at;
      this.#count = 0;
    }
    if (this.#count >= this.#items) return this.#openedAt + this.#windowMs - at;
    this.#count += 1;
    return undefined;
  }
}

interface Scene {
  readonly budget: MessageBudget;
  at: number;
  floods: number;
  messages: number;
}

/** Sends at the budget's pace, and no faster than `floorMs`, until `until`. */
function send(
  scene: Scene,
  server: { take(at: number): number | undefined },
  floorMs: number,
  until: number,
): void {
  const { budget } = scene;
  while (scene.at < until) {
    scene.at = Math.max(scene.at, budget.roomAt(scene.at, 1));
    budget.sent(scene.at, 1);
    const waitMs = server.take(scene.at);
    if (waitMs !== undefined) {
      scene.floods += 1;
      const endsAt = scene.at + Math.ceil(waitMs / 1000) * 1000;
      budget.flooded({ at: scene.at, endsAt, resumesAt: endsAt });
      scene.at = endsAt;
      assert.equal(server.take(scene.at), undefined, 'the wait is as long as was told');
    }
    scene.messages += 1;
    scene.at += Math.max(floorMs, budget.paceMs(scene.at));
  }
}

const begin = (): Scene => ({ budget: new MessageBudget(), at: 0, floods: 0, messages: 0 });

test('nothing is known before the first flood, and one flood alone proves nothing', () => {
  const budget = new MessageBudget();
  assert.equal(budget.intervalMs(0), 0);
  assert.equal(budget.roomAt(0, 10), 0);
  budget.sent(0, 1);
  budget.flooded({ at: 0, endsAt: 30_000, resumesAt: 30_500 });
  assert.equal(budget.intervalMs(40_000), 0);
});

test('the first flood makes the interval longer, and the second makes it what the budget allows', () => {
  const scene = begin();
  const server = new Server(20, MINUTE);
  send(scene, server, 1300, 59_000);
  assert.equal(scene.floods, 1);
  const first = scene.budget.intervalMs(scene.at);
  assert.ok(first > 1300 && first < 3000, `${first} ms`);
  send(scene, server, 1300, 2 * MINUTE);
  assert.equal(scene.floods, 2);
  const second = scene.budget.intervalMs(scene.at);
  assert.ok(second >= 3000 && second < 3100, `${second} ms`);
  send(scene, server, 1300, 55 * MINUTE);
  assert.equal(scene.floods, 2, 'no flood more within the hour');
  assert.ok(scene.messages >= 0.97 * 20 * 55, `${scene.messages} messages`);
});

test('after a calm hour the interval shrinks slowly, until a flood shows the budget again', () => {
  const scene = begin();
  const server = new Server(20, MINUTE);
  send(scene, server, 1300, 61 * MINUTE);
  const known = scene.budget.intervalMs(2 * MINUTE);
  const tried = scene.budget.intervalMs(65 * MINUTE);
  assert.ok(tried < known && tried > known * 0.97, `${tried} of ${known} ms`);
  assert.ok(scene.budget.intervalMs(120 * MINUTE) < tried);
  send(scene, server, 1300, 5 * 60 * MINUTE);
  assert.ok(scene.floods > 2 && scene.floods <= 2 + 4, `${scene.floods} floods in five hours`);
  assert.ok(scene.messages >= 0.97 * 20 * 300, `${scene.messages} messages`);
});

test('a budget that was kept to for an hour stays, when an album beyond it is refused', () => {
  const scene = begin();
  send(scene, new Server(20, MINUTE), 1300, 2 * MINUTE);
  const { budget } = scene;
  const known = budget.intervalMs(scene.at);
  let at = scene.at + 150 * MINUTE;
  const opened = at;
  for (let nth = 0; nth < 12; nth += 1) budget.sent(at++, 1);
  assert.equal(budget.roomAt(at, 10), at, 'more than 20 is tried by now');
  budget.sent(at, 10);
  budget.flooded({ at, endsAt: opened + MINUTE, resumesAt: opened + MINUTE });
  assert.equal(Math.round(budget.intervalMs(opened + MINUTE)), Math.round(known));
});

test("a send of several waits for a window that has room for all of it, but not beyond the window's end", () => {
  const scene = begin();
  send(scene, new Server(20, MINUTE), 1300, 2 * MINUTE);
  const { budget, at } = scene;
  const later = budget.roomAt(at, 20);
  assert.ok(later > at && later <= at + MINUTE * 1.05, `${later - at} ms`);
  assert.equal(budget.roomAt(later, 20), later);
  assert.equal(budget.roomAt(at, 500), later, 'what no window holds goes when one is empty');
});

test('if the server counts messages whatever time they take, going slower is given up', () => {
  const server = {
    count: 0,
    openAt: 0,
    take(at: number): number | undefined {
      if (at < this.openAt) return this.openAt - at;
      if (this.count < 2000) {
        this.count += 1;
        return undefined;
      }
      this.count = 0;
      this.openAt = at + 60 * MINUTE;
      return 60 * MINUTE;
    },
  };
  const scene = begin();
  send(scene, server, 1300, 2 * 24 * 60 * MINUTE);
  assert.equal(scene.budget.intervalMs(scene.at), 0);
  const most = (2 * 24 * 60 * MINUTE * 2000) / (2000 * 1300 + 60 * MINUTE);
  assert.ok(scene.messages >= 0.93 * most, `${scene.messages} of ${most}`);
});

test('of what one flood seemed to show a little less is kept to after a calm hour, and nothing after a month', () => {
  const budget = new MessageBudget();
  const last = 150 * MINUTE;
  for (let at = 0; at < last; at += 50 * MINUTE) budget.sent(at, 1);
  budget.sent(last, 1);
  const resumesAt = last + 10_000;
  budget.flooded({ at: last, endsAt: resumesAt, resumesAt });
  const first = budget.intervalMs(resumesAt);
  assert.ok(first > 50 * MINUTE, `${first} ms`);
  assert.equal(budget.intervalMs(resumesAt + 59 * MINUTE), first);
  assert.ok(budget.intervalMs(resumesAt + 61 * MINUTE) < first);
  const month = resumesAt + 30 * 24 * 60 * MINUTE;
  for (const known of [budget, new MessageBudget(budget.state)]) {
    assert.equal(known.intervalMs(month), 0);
    assert.equal(known.paceMs(month), 0);
    known.sent(month, 1);
    assert.equal(known.state.estimate, undefined);
  }
});

test('a flood after more was tried than one flood had shown leaves what was tried, a little slower', () => {
  const budget = new MessageBudget();
  for (const at of [0, 50 * MINUTE, 100 * MINUTE]) budget.sent(at, 1);
  const resumesAt = 100 * MINUTE + 10_000;
  budget.flooded({ at: 100 * MINUTE, endsAt: resumesAt, resumesAt });
  const at = resumesAt + 180 * MINUTE;
  const tried = budget.intervalMs(at);
  budget.sent(at, 1);
  budget.flooded({ at, endsAt: at + 10_000, resumesAt: at + 10_000 });
  const kept = budget.intervalMs(at + 10_000);
  assert.ok(Math.abs(kept / tried - 1.25) < 0.01, `${kept} after ${tried} ms`);
});
