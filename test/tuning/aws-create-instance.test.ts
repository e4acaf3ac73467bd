import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { repositoryRoot } from '../support/paths.js';
import { type Machine, pretendMachine } from './machine.js';

const SCRIPT = 'aws-create-instance.sh';

/** An account with a default VPC and nothing else; resources that are created in it stay. */
function account(t: TestContext): Machine {
  const machine = pretendMachine(t, { AWS_REGION: 'eu-central-1' });
  machine.stub('curl', 'echo 203.0.113.7');
  machine.stub(
    'aws',
    `there() { if [[ -f $MEMORY/$1 ]]; then echo "$2"; else echo "\${3-}"; fi; }
    case "$1 $2" in
      'sts get-caller-identity') if [[ -f $MEMORY/no-credentials ]]; then echo 'Unable to locate credentials' >&2; exit 255; fi ;;
      'configure get') exit 1 ;;
      'ec2 describe-instance-type-offerings') [[ $* == *nonsense* ]] || sed 's/.*Values=\\([^ ]*\\).*/\\1/' <<<"$*" ;;
      'ssm get-parameter') echo ami-0123 ;;
      'ec2 describe-key-pairs') there key telepi ;;
      'ec2 create-key-pair') touch "$MEMORY/key"; echo 'PRIVATE KEY' ;;
      'ec2 describe-vpcs') echo vpc-1 ;;
      'ec2 describe-security-groups') if [[ $* == *group-ids* ]]; then there rule 203.0.113.7/32; else there group sg-1 None; fi ;;
      'ec2 create-security-group') touch "$MEMORY/group"; echo sg-1 ;;
      'ec2 authorize-security-group-ingress') touch "$MEMORY/rule"; echo '{}' ;;
      'ec2 describe-instances') if [[ $* == *instance-ids* ]]; then echo 198.51.100.9; else there instance i-old None; fi ;;
      'ec2 run-instances') cp "$(sed 's/.*file:\\/\\/\\([^ ]*\\).*/\\1/' <<<"$*")" "$MEMORY/user-data"; echo i-1 ;;
      'ec2 wait') ;;
      *) exit 99 ;;
    esac`,
  );
  return machine;
}

const verbs = (calls: string[]): string[] =>
  calls.filter((call) => call.startsWith('aws ')).map((call) => call.split(' ').slice(1, 3).join(' '));
const called = (calls: string[], verb: string): string => {
  const found = calls.filter((call) => call.startsWith(`aws ${verb}`));
  assert.equal(found.length, 1, `${verb}: ${found.length} calls`);
  return found[0] ?? '';
};
/** Where scripts run: their current directory. */
const current = (machine: Machine): string => dirname(machine.root);

test('starts a c6in.xlarge with Ubuntu 24.04 on 50 GB of gp3, open to ssh from here alone', (t) => {
  const machine = account(t);
  const { status, stdout, stderr } = machine.run(SCRIPT);
  assert.equal(status, 0, stderr);
  const calls = machine.calls();

  assert.match(
    called(calls, 'ssm get-parameter'),
    /ubuntu\/server\/24\.04\/stable\/current\/amd64\/hvm\/ebs-gp3\/ami-id/,
  );
  const start = called(calls, 'ec2 run-instances');
  for (const word of [
    '--image-id ami-0123',
    '--instance-type c6in.xlarge',
    '--key-name telepi',
    '--security-group-ids sg-1',
    'VolumeSize=50,VolumeType=gp3',
    'HttpTokens=required',
    'ResourceType=instance,Tags=[{Key=Name,Value=telepi}',
    '--region eu-central-1',
  ]) {
    assert.ok(start.includes(word), word);
  }
  assert.match(
    called(calls, 'ec2 authorize'),
    /--group-id sg-1 --protocol tcp --port 22 --cidr 203\.0\.113\.7\/32/,
  );
  assert.match(stdout, /i-1 \(c6in\.xlarge\) runs at 198\.51\.100\.9/);
  assert.match(stdout, /terminate-instances --instance-ids i-1/);

  const key = join(current(machine), 'telepi.pem');
  assert.equal(readFileSync(key, 'utf8'), 'PRIVATE KEY\n');
  assert.equal(statSync(key).mode & 0o777, 0o400);
});

test("the first boot gets the two scripts with the unit, within EC2's size limit", (t) => {
  const machine = account(t);
  machine.run(SCRIPT, '--package', 'telepi@0.1.0');
  const path = join(machine.memory, 'user-data');
  const userData = readFileSync(path, 'utf8');
  assert.ok(userData.length <= 16384);
  assert.match(userData, /^#!\/bin\/bash\n/);
  assert.match(
    userData,
    /\n\.\/network-tuning\.sh \|\| echo .*\n\.\/setup\.sh --package 'telepi@0\.1\.0'\n$/,
  );
  assert.equal(spawnSync('bash', ['-n', path]).status, 0);
  const archive = Buffer.from(/tar -xz\n([\s\S]*)\nEND\n/.exec(userData)?.[1] ?? '', 'base64');
  for (const file of ['setup.sh', 'network-tuning.sh', 'telepi.service']) {
    const { stdout } = spawnSync('tar', ['-xzO', file], { input: archive, encoding: 'utf8' });
    assert.equal(stdout, readFileSync(join(repositoryRoot, 'tuning', file), 'utf8'), file);
  }
});

test('existing key pairs, security groups and rules are used again', (t) => {
  const machine = account(t);
  machine.run(SCRIPT);
  machine.calls();
  const { status, stderr } = machine.run(SCRIPT, '--type', 'c6in.large', '--region', 'us-east-1');
  assert.equal(status, 0, stderr);
  const calls = machine.calls();
  for (const verb of [
    'ec2 create-key-pair',
    'ec2 create-security-group',
    'ec2 authorize-security-group-ingress',
  ]) {
    assert.ok(!verbs(calls).includes(verb), verb);
  }
  assert.match(called(calls, 'ec2 run-instances'), /--instance-type c6in\.large .*--region us-east-1/);
});

test('a dry run prints each call that a real run makes, and makes none', (t) => {
  const machine = account(t);
  const { status, stdout } = machine.run(SCRIPT, '--dry-run', '--type', 'c6in.large', '--key-name', 'mine');
  assert.equal(status, 0);
  assert.deepEqual(machine.calls(), []);
  machine.run(SCRIPT);
  assert.deepEqual(verbs(stdout.split('\n')), verbs(machine.calls()));
  assert.match(stdout, /run-instances .*--instance-type c6in\.large .*--key-name mine .*VolumeType=gp3/);
});

test('takes the arm64 image for Graviton types', (t) => {
  for (const [type, machineType] of [
    ['c7gn.large', 'arm64'],
    ['t4g.small', 'arm64'],
    ['c6in.large', 'amd64'],
    ['g5.xlarge', 'amd64'],
  ] as const) {
    const { stdout } = account(t).run(SCRIPT, '--dry-run', '--type', type);
    assert.ok(stdout.includes(`/current/${machineType}/hvm`), type);
  }
});

test('says what to do, and starts nothing, when something is wrong', (t) => {
  const fault = (
    prepare: (machine: Machine) => void,
    args: string[],
    status: number,
    words: RegExp,
  ): void => {
    const machine = account(t);
    prepare(machine);
    const result = machine.run(SCRIPT, ...args);
    assert.match(result.stderr, words);
    assert.equal(result.status, status);
    assert.ok(!verbs(machine.calls()).includes('ec2 run-instances'));
  };
  const remember = (name: string) => (machine: Machine) => writeFileSync(join(machine.memory, name), '');
  const nothing = (): void => {};
  fault(nothing, ['--size', '3'], 2, /«--size»/);
  fault(nothing, ['--type'], 2, /--type needs a value/);
  fault(nothing, ['--type', 'big'], 2, /--type takes a type like c6in\.xlarge/);
  fault(nothing, ['--disk-gb', '2'], 2, /--disk-gb takes 8 to 16384/);
  fault(nothing, ['--ssh-from', 'anywhere'], 2, /--ssh-from takes a range/);
  fault(nothing, ['--package', "x'; rm -rf /"], 2, /--package takes no blanks/);
  fault(nothing, ['--type', 'c6in.nonsense'], 1, /no c6in\.nonsense in eu-central-1/);
  fault(remember('no-credentials'), [], 1, /credentials[\s\S]*sts get-caller-identity» failed/);
  fault(remember('instance'), [], 1, /already exists: i-old/);
  fault((machine) => machine.stub('curl', 'exit 6'), [], 1, /give it with --ssh-from/);
  fault(
    (machine) => writeFileSync(join(current(machine), 'telepi.pem'), ''),
    [],
    1,
    /telepi\.pem exists, .*; choose another --key-name\.$/m,
  );
});
