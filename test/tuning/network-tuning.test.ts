import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Machine, place, pretendMachine } from './machine.js';

const BEFORE = {
  'net.core.rmem_max': '212992',
  'net.core.wmem_max': '212992',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
  'net.core.default_qdisc': 'pfifo_fast',
  'net.ipv4.tcp_congestion_control': 'cubic',
  'net.ipv4.tcp_available_congestion_control': 'reno cubic',
  'fs.nr_open': '1048576',
};
const AFTER = {
  'net.core.rmem_max': '134217728',
  'net.core.wmem_max': '134217728',
  'net.ipv4.tcp_rmem': '4096 87380 134217728',
  'net.ipv4.tcp_wmem': '4096 65536 134217728',
  'net.core.default_qdisc': 'fq',
  'net.ipv4.tcp_congestion_control': 'bbr',
};
const SYSCTL_FILE = 'etc/sysctl.d/99-telepi-network.conf';
const LIMITS_FILE = 'etc/security/limits.d/99-telepi.conf';
const MODULES_FILE = 'etc/modules-load.d/telepi-network.conf';
const BEFORE_FILE = 'var/lib/telepi-tuning/sysctl-before';

function linux(t: TestContext): Machine {
  const machine = pretendMachine(t);
  mkdirSync(join(machine.memory, 'sysctl'));
  for (const [key, value] of Object.entries(BEFORE)) set(machine, key, value);
  machine.stub(
    'sysctl',
    `case "$1 $2" in
      '-n '*) cat "$MEMORY/sysctl/$2" ;;
      '-q -w') key=\${3%%=*}
        if [[ ! -f $MEMORY/sysctl/$key || -f $MEMORY/refuses-$key ]]; then exit 255; fi
 if [[ -f $MEMORY/ignores-$key ]]; then exit 0; fi
        printf '%s\\n' "\${3#*=}" >"$MEMORY/sysctl/$key" ;;
      *) exit 99 ;;
    esac`,
  );
  machine.stub('modprobe', 'true');
  return machine;
}

const kernelFile = (machine: Machine, key: string): string => join(machine.memory, 'sysctl', key);
const set = (machine: Machine, key: string, value: string): void =>
  writeFileSync(kernelFile(machine, key), `${value}\n`);
const get = (machine: Machine, key: string): string =>
  readFileSync(kernelFile(machine, key), 'utf8').trim().replaceAll('\t', ' ');
const values = (machine: Machine, keys: object): Record<string, string> =>
  Object.fromEntries(Object.keys(keys).map((key) => [key, get(machine, key)]));
const writes = (machine: Machine): string[] => machine.calls().filter((call) => /(^| )-w /.test(call));
const filesOf = (machine: Machine): string[] =>
  readdirSync(machine.root, { recursive: true, encoding: 'utf8' });
const spaced = (settings: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value.replaceAll('\t', ' ')]));

test('sets every value now and for later boots', (t) => {
  const machine = linux(t);
  const { status, stderr } = machine.run('network-tuning.sh');
  assert.equal(status, 0, stderr);
  assert.deepEqual(values(machine, AFTER), AFTER);

  const persisted = machine.read(SYSCTL_FILE).split('\n');
  for (const [key, value] of Object.entries(AFTER)) assert.ok(persisted.includes(`${key} = ${value}`), key);
  const limits = machine.read(LIMITS_FILE).split('\n');
  for (const who of ['*', 'root']) {
    for (const kind of ['soft', 'hard']) {
      assert.equal(limits.filter((line) => line === `${who} ${kind} nofile 1048576`).length, 1);
    }
  }
  assert.deepEqual(machine.read(MODULES_FILE).trim().split('\n').sort(), ['sch_fq', 'tcp_bbr']);
});

test('a second run changes nothing and writes no line twice', (t) => {
  const machine = linux(t);
  machine.run('network-tuning.sh');
  const files = [SYSCTL_FILE, LIMITS_FILE, MODULES_FILE, BEFORE_FILE];
  const texts = files.map((file) => machine.read(file));
  machine.calls();

  const { status, stdout } = machine.run('network-tuning.sh');
  assert.equal(status, 0);
  assert.match(stdout, /Nothing to change/);
  assert.deepEqual(writes(machine), []);
  assert.deepEqual(
    files.map((file) => machine.read(file)),
    texts,
  );
  for (const text of texts) {
    const lines = text.split('\n').filter(Boolean);
    assert.equal(new Set(lines).size, lines.length);
  }
});

test('a dry run shows everything and changes nothing', (t) => {
  const machine = linux(t);
  const { status, stdout } = machine.run('network-tuning.sh', '--dry-run');
  assert.equal(status, 0);
  for (const [key, value] of Object.entries(AFTER))
    assert.ok(stdout.includes(`would sysctl -w ${key}=${value}`), key);
  for (const file of [SYSCTL_FILE, LIMITS_FILE, MODULES_FILE]) assert.ok(stdout.includes(`/${file}`), file);
  assert.match(stdout, /\* hard nofile 1048576/);

  assert.deepEqual(values(machine, BEFORE), spaced(BEFORE));
  assert.deepEqual(filesOf(machine), []);
  const calls = machine.calls();
  assert.ok(calls.some((call) => call.startsWith('sysctl -n')));
  assert.deepEqual(
    calls.filter((call) => !call.startsWith('sysctl -n') && !call.startsWith('modprobe --dry-run')),
    [],
  );
});

test('a value that the kernel refuses, or silently ignores, is listed', (t) => {
  const loud = 'net.core.wmem_max';
  const quiet = 'net.ipv4.tcp_rmem';
  const machine = linux(t);
  writeFileSync(join(machine.memory, `refuses-${loud}`), '');
  writeFileSync(join(machine.memory, `ignores-${quiet}`), '');
  const { status, stdout, stderr } = machine.run('network-tuning.sh');
  assert.equal(status, 1);
  assert.match(stderr, /did not take these values/);
  assert.match(stderr, /net\.core\.wmem_max is 212992, not 134217728/);
  assert.match(stderr, /net\.ipv4\.tcp_rmem is 4096 131072 6291456, not 4096 87380 134217728/);
  assert.doesNotMatch(stdout, /Done/);
  assert.doesNotMatch(machine.read(SYSCTL_FILE), /wmem_max|tcp_rmem/);
  assert.match(machine.read(SYSCTL_FILE), /rmem_max = 134217728/);

  rmSync(join(machine.memory, `ignores-${quiet}`));
  writeFileSync(join(machine.memory, 'ignores-net.core.rmem_max'), '');
  const back = machine.run('network-tuning.sh', '--revert');
  assert.equal(back.status, 1);
  assert.match(back.stderr, /net\.core\.rmem_max is 134217728, not 212992/);
  assert.ok(machine.has(BEFORE_FILE), 'what could not be put back is still known');
});

test('the help names the sizes that it sets', (t) => {
  const { stdout } = linux(t).run('network-tuning.sh', '--help');
  assert.match(stdout, /TCP buffers up to 128 MiB/);
  const sizes = Object.values(AFTER).flatMap((value) => value.match(/\d{7,}/g) ?? []);
  assert.equal(Math.max(...sizes.map(Number)), 128 * 1_048_576);
});

test('--revert restores the values from before the first of several runs', (t) => {
  const machine = linux(t);
  machine.run('network-tuning.sh');
  set(machine, 'net.core.rmem_max', '1');
  machine.run('network-tuning.sh');
  assert.equal(get(machine, 'net.core.rmem_max'), AFTER['net.core.rmem_max']);

  const planned = machine.run('network-tuning.sh', '--revert', '--dry-run');
  assert.match(planned.stdout, /would sysctl -w net\.core\.rmem_max=212992/);
  assert.deepEqual(values(machine, AFTER), AFTER);
  assert.ok(machine.has(BEFORE_FILE));

  const { status, stderr } = machine.run('network-tuning.sh', '--revert');
  assert.equal(status, 0, stderr);
  assert.deepEqual(values(machine, BEFORE), spaced(BEFORE));
  for (const file of [SYSCTL_FILE, LIMITS_FILE, MODULES_FILE, BEFORE_FILE])
    assert.ok(!machine.has(file), file);

  const again = machine.run('network-tuning.sh', '--revert');
  assert.equal(again.status, 0);
  assert.match(again.stdout, /Nothing to revert/);
});

test('keeps congestion control and queue, with a message, when the kernel lacks BBR and fq', (t) => {
  const machine = linux(t);
  for (const key of ['net.ipv4.tcp_congestion_control', 'net.core.default_qdisc']) {
    writeFileSync(join(machine.memory, `refuses-${key}`), '');
  }
  machine.stub('modprobe', 'exit 1');
  for (const args of [['--dry-run'], []]) {
    const { status, stdout } = machine.run('network-tuning.sh', ...args);
    assert.equal(status, 0);
    assert.match(stdout, /no tcp_bbr: net\.ipv4\.tcp_congestion_control (would stay|stays) cubic/);
    assert.match(stdout, /no sch_fq: net\.core\.default_qdisc (would stay|stays) pfifo_fast/);
  }
  assert.equal(get(machine, 'net.ipv4.tcp_rmem'), AFTER['net.ipv4.tcp_rmem']);
  assert.equal(get(machine, 'net.ipv4.tcp_congestion_control'), 'cubic');
  assert.doesNotMatch(machine.read(SYSCTL_FILE), /bbr|fq/);
  assert.ok(!machine.has(MODULES_FILE));
});

test('raises fs.nr_open where it is lower than the limit, since logins would fail', (t) => {
  const machine = linux(t);
  set(machine, 'fs.nr_open', '65536');
  machine.run('network-tuning.sh');
  assert.equal(get(machine, 'fs.nr_open'), '1048576');
  assert.match(machine.read(SYSCTL_FILE), /^fs\.nr_open = 1048576$/m);
});

test('refuses, before any change, unknown words and a kernel without the settings', (t) => {
  const machine = linux(t);
  const unknown = machine.run('network-tuning.sh', '--revrt');
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /--revrt/);

  rmSync(kernelFile(machine, 'net.ipv4.tcp_wmem'));
  const lacking = machine.run('network-tuning.sh');
  assert.equal(lacking.status, 1);
  assert.match(lacking.stderr, /no net\.ipv4\.tcp_wmem.*Nothing was changed/);
  assert.deepEqual(writes(machine), []);
  assert.deepEqual(filesOf(machine), []);
});

test('a damaged record of earlier values is an error that names the file', (t) => {
  const machine = linux(t);
  machine.run('network-tuning.sh');
  place(machine, BEFORE_FILE, 'net.core.rmem_max=212992\nrubbish\n');
  const { status, stderr } = machine.run('network-tuning.sh', '--revert');
  assert.equal(status, 1);
  assert.match(stderr, /sysctl-before is damaged at «rubbish»/);
  assert.deepEqual(values(machine, AFTER), AFTER);
});
