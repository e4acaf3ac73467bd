import assert from 'node:assert/strict';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ExitStatus } from '../../lib/base/errors.js';
import { repositoryRoot } from '../support/paths.js';
import { type Machine, pretendMachine } from './machine.js';

const SCRIPT = 'setup.sh';
const UNIT = 'etc/systemd/system/telepi.service';
const SETTINGS = 'var/lib/telepi/.env';

/** A fresh Ubuntu. `node` is the installed version (none: ''), `candidate` the distribution's. */
function ubuntu(t: TestContext, node: string, candidate = '18.19.1+dfsg-6ubuntu5'): Machine {
  const machine = pretendMachine(t);
  const remember = (name: string, text: string): void => writeFileSync(join(machine.memory, name), text);
  remember('node', node);
  machine.stub('node', 'cat "$MEMORY/node"; [[ -s $MEMORY/node ]]');
  machine.stub('apt-cache', `printf 'nodejs:\\n  Installed: (none)\\n  Candidate: ${candidate}\\n'`);
  machine.stub('apt-get', 'if [[ $* == *install*nodejs* ]]; then echo v24.11.0 >"$MEMORY/node"; fi');
  machine.stub(
    'curl',
    'while [[ $1 != --output ]]; do shift; done; echo "-----BEGIN PGP PUBLIC KEY BLOCK-----" >"$2"',
  );
  machine.stub('id', '[[ -f $MEMORY/user ]]');
  machine.stub('useradd', 'touch "$MEMORY/user"');
  machine.stub('chown', `echo "\${2%%:*}" >"$MEMORY/owner-$(tr / _ <<<"$3")"`);
  machine.stub(
    'stat',
    `[[ -e $4 ]] || exit 1
    printf '0%s %s\\n' "$(/usr/bin/stat -c %a -- "$4")" "$(cat "$MEMORY/owner-$(tr / _ <<<"$4")" 2>/dev/null)"`,
  );
  machine.stub('runuser', 'shift 3; "$@"');
  machine.stub(
    'systemctl',
    `case "$*" in
      daemon-reload) touch "$MEMORY/reloaded" ;;
      'enable telepi.service') touch "$MEMORY/enabled" ;;
      'is-enabled --quiet telepi.service') [[ -f $MEMORY/enabled ]] ;;
      'show --property LoadState '*) if [[ -f $MEMORY/reloaded ]]; then echo loaded; else echo not-found; fi ;;
      'show --property NeedDaemonReload '*) echo no ;;
      *) exit 99 ;;
    esac`,
  );
  machine.stub('npm', `if [[ $1 == pack ]]; then touch "\${@: -1}/telepi-0.1.0.tgz"; fi`);
  return machine;
}

const QUESTIONS =
  /^(node|npm --version|id|stat|apt-cache|runuser -u telepi -- test|systemctl (?:show|is-enabled)) /;
const deeds = (machine: Machine): string[] => machine.calls().filter((call) => !QUESTIONS.test(`${call} `));
const position = (calls: string[], words: RegExp): number => {
  const index = calls.findIndex((call) => words.test(call));
  assert.notEqual(index, -1, `${words} in:\n${calls.join('\n')}`);
  return index;
};

test('takes Node.js from NodeSource with its key if the distribution has an older one', (t) => {
  const machine = ubuntu(t, '');
  const { status, stderr } = machine.run(SCRIPT, '--node', '22');
  assert.equal(status, 0, stderr);
  const list = machine.read('etc/apt/sources.list.d/nodesource.list');
  assert.match(list, /^deb \[signed-by=(\S+)\] https:\/\/deb\.nodesource\.com\/node_22\.x nodistro main\n$/);
  const key = /signed-by=\/(\S+)\]/.exec(list)?.[1] ?? '';
  assert.match(machine.read(key), /BEGIN PGP PUBLIC KEY/);
  const calls = deeds(machine);
  assert.ok(
    position(calls, /^curl .*--proto =https .*deb\.nodesource\.com/) <
      position(calls, /^apt-get .*install -y nodejs$/),
  );
});

test("takes the distribution's Node.js if it is new enough", (t) => {
  const machine = ubuntu(t, 'v12.22.9', '1:20.19.2+dfsg-1');
  assert.equal(machine.run(SCRIPT, '--no-package').status, 0);
  position(deeds(machine), /^apt-get .*install -y nodejs npm$/);
  assert.ok(!machine.has('etc/apt/sources.list.d/nodesource.list'));
});

test('keeps a Node.js that is new enough', (t) => {
  for (const version of ['v20.19.0', 'v24.11.0']) {
    const machine = ubuntu(t, version);
    assert.equal(machine.run(SCRIPT, '--no-package').status, 0);
    assert.deepEqual(
      deeds(machine).filter((call) => call.startsWith('apt-get')),
      [],
    );
  }
  const machine = ubuntu(t, 'v20.9.0');
  machine.run(SCRIPT, '--no-package');
  position(deeds(machine), /^apt-get .*install -y nodejs$/);
});

test('makes the user, its private directory, the program and the unit', (t) => {
  const machine = ubuntu(t, 'v24.11.0');
  const { status, stdout, stderr } = machine.run(SCRIPT, '--package', 'telepi@0.1.0');
  assert.equal(status, 0, stderr);
  const calls = deeds(machine);
  const user = position(calls, /^useradd --system .*--shell \/usr\/sbin\/nologin telepi$/);
  assert.ok(user < position(calls, /^chown -- telepi:telepi \S+\/var\/lib\/telepi$/));
  position(calls, /^runuser -u telepi -- bash .*\/var\/lib\/telepi\/\.env /);
  assert.ok(
    !calls.some((call) => /^chown .*\.env/.test(call)),
    'root gives nothing away in the directory of the user',
  );
  position(calls, /^npm install --global --prefix \S+\/opt\/telepi .*telepi@0\.1\.0$/);
  assert.ok(
    position(calls, /^systemctl daemon-reload$/) < position(calls, /^systemctl enable telepi\.service$/),
  );
  assert.ok(!calls.some((call) => /systemctl (start|restart)/.test(call)), 'nobody has signed in yet');

  const mode = (path: string): number => statSync(join(machine.root, path)).mode & 0o777;
  assert.equal(mode('var/lib/telepi'), 0o700);
  assert.equal(mode(SETTINGS), 0o600);
  assert.equal(mode('opt/telepi'), 0o755);
  assert.equal(readlinkSync(join(machine.root, 'usr/local/bin/telepi')), '/opt/telepi/bin/telepi');
  assert.equal(machine.read(UNIT), readFileSync(join(repositoryRoot, 'tuning/telepi.service'), 'utf8'));
  assert.match(stdout, /telepi login/);
});

test('installs the checkout that contains it, built in a copy', (t) => {
  const machine = ubuntu(t, 'v24.11.0');
  const { status, stderr } = machine.run(SCRIPT);
  assert.equal(status, 0, stderr);
  const calls = deeds(machine);
  assert.ok(position(calls, /^npm ci /) < position(calls, /^npm pack /));
  position(calls, /^npm install --global .*\/telepi\.tgz$/);
});

test('a second run leaves user, settings and unit alone', (t) => {
  const machine = ubuntu(t, '');
  machine.run(SCRIPT, '--package', 'telepi@0.1.0');
  const edited = 'TG_API_ID=1\n';
  writeFileSync(join(machine.root, SETTINGS), edited);
  machine.calls();
  const { status } = machine.run(SCRIPT, '--package', 'telepi@0.1.1');
  assert.equal(status, 0);
  assert.deepEqual(
    deeds(machine).map((call) => call.split(' ').slice(0, 2).join(' ')),
    ['npm install'],
  );
  assert.equal(machine.read(SETTINGS), edited);
});

test('root follows no link that the user telepi has placed in its directory', (t) => {
  for (const name of ['.env', '.env.new']) {
    const machine = ubuntu(t, 'v24.11.0');
    mkdirSync(join(machine.root, 'var/lib/telepi'), { recursive: true, mode: 0o700 });
    const secret = join(machine.memory, 'secret');
    writeFileSync(secret, 'of root\n', { mode: 0o600 });
    symlinkSync(secret, join(machine.root, 'var/lib/telepi', name));
    assert.equal(machine.run(SCRIPT, '--no-package').status, 0);
    assert.equal(readFileSync(secret, 'utf8'), 'of root\n', name);
    assert.equal(statSync(secret).mode & 0o777, 0o600, name);
    const given = machine.calls().filter((call) => /^chown .*(?:\.env|secret)/.test(call));
    assert.deepEqual(given, [], name);
  }
});

test('a link to nowhere in place of the settings is not written through', (t) => {
  const machine = ubuntu(t, 'v24.11.0');
  mkdirSync(join(machine.root, 'var/lib/telepi'), { recursive: true, mode: 0o700 });
  const nowhere = join(machine.memory, 'nowhere');
  symlinkSync(nowhere, join(machine.root, SETTINGS));
  const { status, stderr } = machine.run(SCRIPT, '--no-package');
  assert.equal(status, 1);
  assert.match(stderr, /can't read \/var\/lib\/telepi\/\.env; move it away/);
  assert.ok(!existsSync(nowhere));
});

test('a run that was cut off at any step is finished by the next', (t) => {
  const failures: readonly [command: string, arguments: string][] = [
    ['apt-get', '*update*'],
    ['apt-get', '*install*nodejs*'],
    ['useradd', '*'],
    ['chown', '*'],
    ['runuser', '*bash*'],
    ['npm', 'install*'],
    ['systemctl', 'daemon-reload'],
    ['systemctl', 'enable*'],
  ];
  const remembered = ({ memory }: Machine): string[] =>
    readdirSync(memory)
      .map((name) => name.replace(/telepi-tuning-[A-Za-z0-9]+/, ''))
      .sort();
  const whole = ubuntu(t, '');
  assert.equal(whole.run(SCRIPT, '--package', 'telepi@0.1.0').status, 0);
  for (const [command, words] of failures) {
    const machine = ubuntu(t, '');
    machine.failOnce(command, words);
    assert.notEqual(machine.run(SCRIPT, '--package', 'telepi@0.1.0').status, 0, command);
    machine.calls();
    const { status, stderr } = machine.run(SCRIPT, '--package', 'telepi@0.1.0');
    assert.equal(status, 0, `${command} ${words}: ${stderr}`);
    assert.deepEqual(remembered(machine), remembered(whole), `${command} ${words}`);
    const files = (each: Machine): string[] =>
      readdirSync(each.root, { recursive: true, encoding: 'utf8' }).sort();
    assert.deepEqual(files(machine), files(whole), `${command} ${words}`);
  }
});

test('uses NodeSource again after a run that was cut off after adding it', (t) => {
  const machine = ubuntu(t, '', '24.11.0-1nodesource1');
  assert.equal(machine.run(SCRIPT, '--no-package').status, 0);
  position(deeds(machine), /^apt-get .*install -y nodejs$/);
});

test('root installs into no directory that somebody else owns', { skip: process.getuid?.() !== 0 }, (t) => {
  const machine = ubuntu(t, 'v24.11.0');
  const strange = join(machine.root, 'opt/telepi/lib');
  mkdirSync(strange, { recursive: true });
  chownSync(strange, 65_534, 65_534);
  const { status, stderr } = machine.run(SCRIPT, '--package', 'telepi@0.1.0');
  assert.equal(status, 1);
  assert.match(stderr, /opt\/telepi\/lib doesn't belong to root/);
  assert.ok(!machine.calls().some((call) => call.startsWith('npm install')));
});

test('closes a directory that was left open', (t) => {
  const machine = ubuntu(t, 'v24.11.0');
  mkdirSync(join(machine.root, 'var/lib/telepi'), { recursive: true, mode: 0o755 });
  machine.run(SCRIPT, '--no-package');
  assert.equal(statSync(join(machine.root, 'var/lib/telepi')).mode & 0o777, 0o700);
});

test('a dry run changes nothing and names each step', (t) => {
  const machine = ubuntu(t, '');
  const { status, stdout, stderr } = machine.run(SCRIPT, '--dry-run', '--package', 'telepi@0.1.0');
  assert.equal(status, 0, stderr);
  for (const step of [
    'apt-get install nodejs',
    'useradd telepi',
    'npm install telepi@0.1.0',
    'systemctl enable',
  ]) {
    assert.ok(stdout.includes(`would ${step}`), step);
  }
  assert.deepEqual(deeds(machine), []);
  assert.deepEqual(readdirSync(machine.root), []);
});

test('says what to do when something is wrong', (t) => {
  const fault = (
    prepare: (machine: Machine) => void,
    args: string[],
    status: number,
    words: RegExp,
  ): void => {
    const machine = ubuntu(t, '');
    prepare(machine);
    const result = machine.run(SCRIPT, ...args);
    assert.match(result.stderr, words);
    assert.equal(result.status, status);
    assert.ok(!machine.has(UNIT));
  };
  const nothing = (): void => {};
  fault(nothing, ['--now'], 2, /«--now»/);
  fault(nothing, ['--node', '18'], 2, /--node takes 20, 22 or 24, not «18»/);
  fault(nothing, ['--package'], 2, /--package needs a value/);
  fault((machine) => machine.stub('curl', 'exit 6'), [], 1, /key could not be fetched/);
  fault(
    (machine) => machine.stub('curl', 'while [[ $1 != --output ]]; do shift; done; echo hm >"$2"'),
    [],
    1,
    /is not a key/,
  );
  fault((machine) => machine.stub('npm', '[[ $1 == --version ]]'), [], 1, /could not be built/);
});

test('the unit restarts only after a fault that a restart can fix, and stops cleanly', () => {
  const unit = readFileSync(join(repositoryRoot, 'tuning/telepi.service'), 'utf8');
  const setting = (name: string): string[] => unit.match(new RegExp(`(?<=^${name}=).*$`, 'gm')) ?? [];
  const one = (name: string): string => {
    assert.equal(setting(name).length, 1, name);
    return setting(name)[0] ?? '';
  };
  const numbers = (name: string): number[] => one(name).split(' ').map(Number);

  assert.equal(one('Restart'), 'on-failure');
  assert.deepEqual(numbers('RestartPreventExitStatus'), [ExitStatus.usage, ExitStatus.notSignedIn]);
  assert.deepEqual(numbers('SuccessExitStatus'), [ExitStatus.interrupted, ExitStatus.terminated]);
  assert.equal(one('KillSignal'), 'SIGTERM');
  assert.ok(Number(one('TimeoutStopSec')) >= 60);
  assert.equal(one('LimitNOFILE'), '1048576');
  assert.equal(one('LimitCORE'), '0');
  assert.equal(one('User'), 'telepi');
  assert.equal(one('ExecStart'), '/opt/telepi/bin/telepi run');
  assert.equal(one('NoNewPrivileges'), 'yes');
  assert.equal(one('ProtectSystem'), 'strict');
  assert.equal(one('ReadWritePaths'), one('WorkingDirectory'));
  // V8 compiles at run time.
  assert.deepEqual(setting('MemoryDenyWriteExecute'), []);
});
