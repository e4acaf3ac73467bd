#!/usr/bin/env bash
# Starts an EC2 instance that is ready for TelePi: Ubuntu 24.04 on a network-optimised type, reachable by ssh from here.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: aws-create-instance.sh [options]

Starts one EC2 instance with the aws command and its credentials, prepared for TelePi by setup.sh and
network-tuning.sh at its first boot. It costs money until you terminate it.

  --type TYPE       instance type (default c6in.xlarge; c6in.large is enough for one clone)
  --region REGION   AWS region (default: the aws command's own). eu-central-1 and eu-west-2 are near Telegram's
                    DCs 2 and 4, us-east-1 is near 1 and 3, ap-southeast-1 is near 5
  --key-name NAME   EC2 key pair (default telepi); a missing one is created, and its private key goes to ./NAME.pem
  --name NAME       tag Name of the instance, and name of the security group (default telepi)
  --disk-gb N       size of the gp3 root volume in GB (default 50)
  --ssh-from CIDR   who may connect by ssh (default: the public address of this machine, /32)
  --package SPEC    the package that npm installs there, as in setup.sh; without it, install TelePi later
  --dry-run         print each aws call without making it
  --help            this text
TEXT
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly ADDRESS_URL=https://checkip.amazonaws.com
# EC2 takes 16 KiB.
readonly USER_DATA_LIMIT=16384

type=c6in.xlarge
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
key_name=telepi
name=telepi
disk_gb=50
ssh_from=
package=
dry_run=no
scratch=

main() {
  read_options "$@"
  check_options
  scratch=$(mktemp -d)
  trap 'rm -rf -- "$scratch"' EXIT

  check_account
  if [[ -z $ssh_from ]]; then ssh_from=$(own_address); fi
  local image group instance
  image=$(find_image)
  make_key_pair
  group=$(make_security_group)
  allow_ssh "$group"
  write_user_data
  instance=$(start_instance "$image" "$group")
  say_address "$instance"
}

read_options() {
  while (($# > 0)); do
    case $1 in
      --type | --region | --key-name | --name | --disk-gb | --ssh-from | --package)
        if (($# < 2)) || [[ -z $2 || $2 == --* ]]; then die 2 "$1 needs a value."; fi
        case $1 in
          --type) type=$2 ;;
          --region) region=$2 ;;
          --key-name) key_name=$2 ;;
          --name) name=$2 ;;
          --disk-gb) disk_gb=$2 ;;
          --ssh-from) ssh_from=$2 ;;
          --package) package=$2 ;;
        esac
        shift
        ;;
      --dry-run) dry_run=yes ;;
      --help | -h)
        usage
        exit 0
        ;;
      *) die 2 "aws-create-instance.sh has no option «$1»; see aws-create-instance.sh --help." ;;
    esac
    shift
  done
}

check_options() {
  [[ $type =~ ^[a-z0-9-]+\.[a-z0-9-]+$ ]] || die 2 "--type takes a type like c6in.xlarge, not «$type»."
  [[ -z $region || $region =~ ^[a-z]+(-[a-z]+)+-[0-9]+$ ]] || die 2 "--region takes a region like eu-central-1, not «$region»."
  [[ $key_name =~ ^[A-Za-z0-9._-]+$ ]] || die 2 "--key-name takes letters, digits, dots, dashes and underscores, not «$key_name»."
  [[ $name =~ ^[A-Za-z0-9._-]+$ ]] || die 2 "--name takes letters, digits, dots, dashes and underscores, not «$name»."
  if [[ ! $disk_gb =~ ^[1-9][0-9]{0,4}$ ]] || ((disk_gb < 8 || disk_gb > 16384)); then
    die 2 "--disk-gb takes 8 to 16384, not «$disk_gb»."
  fi
  [[ -z $ssh_from || $ssh_from =~ ^[0-9]+(\.[0-9]+){3}/[0-9]+$ ]] || die 2 "--ssh-from takes a range like 203.0.113.7/32, not «$ssh_from»."
  [[ $package != *[\'\"\\\`\$[:space:]]* ]] || die 2 '--package takes no blanks, quotes, backslashes or dollars.'
  local file
  for file in setup.sh network-tuning.sh telepi.service; do
    [[ -f $here/$file ]] || die 1 "$here/$file is missing; keep it next to this script."
  done
}

check_account() {
  if [[ $dry_run == no ]]; then
    command -v aws >/dev/null || die 1 'The aws command is missing; install the AWS CLI, version 2.'
    : "${region:=$(aws configure get region || true)}"
    [[ -n $region ]] || die 2 'No region is set; choose one with --region.'
  fi
  answer '' sts get-caller-identity >/dev/null
  local offered
  offered=$(answer "$type" ec2 describe-instance-type-offerings --filters "Name=instance-type,Values=$type" \
    --query 'InstanceTypeOfferings[].InstanceType' --output text)
  [[ $offered == "$type" ]] || die 1 "AWS has no $type in $region; choose another --type or --region."
}

own_address() {
  local address=ADDRESS
  if [[ $dry_run == no ]]; then
    address=$(curl --proto '=https' --fail --silent --show-error --max-time 15 "$ADDRESS_URL") ||
      die 1 "The public address of this machine could not be found; give it with --ssh-from."
    [[ $address =~ ^[0-9]+(\.[0-9]+){3}$ ]] || die 1 "«$address» is not an IPv4 address; give one with --ssh-from."
  fi
  printf '%s/32' "$address"
}

# Canonical publishes the newest image of each Ubuntu as an SSM parameter.
find_image() {
  local machine=amd64
  if [[ $type =~ ^([a-z]+[0-9]+g|a1) ]]; then machine=arm64; fi
  answer IMAGE ssm get-parameter \
    --name "/aws/service/canonical/ubuntu/server/24.04/stable/current/$machine/hvm/ebs-gp3/ami-id" \
    --query Parameter.Value --output text
}

make_key_pair() {
  local found
  found=$(answer '' ec2 describe-key-pairs --filters "Name=key-name,Values=$key_name" \
    --query 'KeyPairs[].KeyName' --output text)
  if [[ $found == "$key_name" ]]; then return; fi
  local -r file=./$key_name.pem
  if [[ -e $file || -L $file ]]; then die 1 "$file exists, but AWS has no key pair $key_name; choose another --key-name."; fi
  (umask 077 && answer '' ec2 create-key-pair --key-name "$key_name" --key-type ed25519 \
    --query KeyMaterial --output text >"$scratch/key")
  if [[ $dry_run == no ]]; then
    chmod 0400 -- "$scratch/key"
    mv -nT -- "$scratch/key" "$file"
    say "The private key is in $file; keep it, because AWS has no copy."
  fi
}

# The group's id; a group of that name in the default VPC is taken as it is.
make_security_group() {
  local network group
  network=$(answer VPC ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text)
  [[ $network != None ]] || die 1 "$region has no default VPC; create one with: aws ec2 create-default-vpc"
  group=$(answer None ec2 describe-security-groups \
    --filters "Name=group-name,Values=$name" "Name=vpc-id,Values=$network" \
    --query 'SecurityGroups[0].GroupId' --output text)
  if [[ $group == None ]]; then
    group=$(answer GROUP ec2 create-security-group --group-name "$name" --vpc-id "$network" \
      --description 'TelePi: ssh from its owner only' \
      --tag-specifications "ResourceType=security-group,Tags=[{Key=Name,Value=$name},{Key=Project,Value=telepi}]" \
      --query GroupId --output text)
  fi
  printf '%s' "$group"
}

allow_ssh() {
  local ranges
  ranges=$(answer '' ec2 describe-security-groups --group-ids "$1" \
    --query "SecurityGroups[0].IpPermissions[?FromPort==\`22\`].IpRanges[].CidrIp" --output text)
  if [[ " ${ranges//[[:space:]]/ } " == *" $ssh_from "* ]]; then return; fi
  answer '' ec2 authorize-security-group-ingress --group-id "$1" --protocol tcp --port 22 --cidr "$ssh_from" >/dev/null
}

# The script that cloud-init runs at the first boot: it has the two scripts and the unit inside.
write_user_data() {
  {
    printf '#!/bin/bash\nset -euo pipefail\nmkdir -p /opt/telepi-setup && cd /opt/telepi-setup\n'
    printf 'base64 -d <<"END" | tar -xz\n'
    tar -C "$here" -cf - setup.sh network-tuning.sh telepi.service | gzip -9n | base64
    # Even if the kernel refuses a value, TelePi is installed.
    printf 'END\n./network-tuning.sh || echo "network-tuning.sh failed: see above."\n'
    if [[ -n $package ]]; then printf "./setup.sh --package '%s'\n" "$package"; else printf './setup.sh --no-package\n'; fi
  } >"$scratch/user-data"
  (($(wc -c <"$scratch/user-data") <= USER_DATA_LIMIT)) || die 1 'The scripts are too long for EC2 user data (16 KiB).'
}

start_instance() {
  local there
  there=$(answer None ec2 describe-instances \
    --filters "Name=tag:Name,Values=$name" 'Name=tag:Project,Values=telepi' \
    'Name=instance-state-name,Values=pending,running,stopping,stopped' \
    --query 'Reservations[0].Instances[0].InstanceId' --output text)
  [[ $there == None ]] || die 1 "An instance named $name already exists: $there. Terminate it, or choose another --name."
  local -r tags="Tags=[{Key=Name,Value=$name},{Key=Project,Value=telepi}]"
  answer INSTANCE ec2 run-instances --image-id "$1" --instance-type "$type" --count 1 --key-name "$key_name" \
    --security-group-ids "$2" \
    --block-device-mappings "DeviceName=/dev/sda1,Ebs={VolumeSize=$disk_gb,VolumeType=gp3,Encrypted=true,DeleteOnTermination=true}" \
    --metadata-options HttpTokens=required,HttpEndpoint=enabled \
    --user-data "file://$scratch/user-data" \
    --tag-specifications "ResourceType=instance,$tags" "ResourceType=volume,$tags" \
    --query 'Instances[0].InstanceId' --output text
}

say_address() {
  local address
  answer '' ec2 wait instance-running --instance-ids "$1" >/dev/null
  address=$(answer ADDRESS ec2 describe-instances --instance-ids "$1" \
    --query 'Reservations[0].Instances[0].PublicIpAddress' --output text)
  if [[ $dry_run == yes ]]; then return; fi
  say "Instance $1 ($type) runs at $address. In about two minutes:"
  say "  ssh -i $key_name.pem ubuntu@$address cloud-init status --wait"
  say "It costs money until you terminate it: aws ec2 terminate-instances --instance-ids $1"
}

# Makes an aws call and gives its answer; in a dry run prints the call to standard error and gives the stand-in.
answer() {
  local -r stand_in=$1
  shift
  local -a in_region=()
  if [[ -n $region ]]; then in_region=(--region "$region"); fi
  if [[ $dry_run == yes ]]; then
    print_call "$@" "${in_region[@]}" >&3
    printf '%s' "$stand_in"
  else
    aws "$@" "${in_region[@]}" </dev/null || die 1 "«aws $1 $2» failed; AWS says why above."
  fi
}

print_call() {
  printf 'aws'
  local word
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then printf ' %s' "$word"; else printf " '%s'" "${word//\'/\'\\\'\'}"; fi
  done
  printf '\n'
}

say() { printf '%s\n' "$*"; }

die() {
  printf '%s\n' "$2" >&2
  exit "$1"
}

# Standard output as it is outside of command substitutions.
exec 3>&1
main "$@"
