#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A mistake on the command line is named with its cure, and the exit code tells its kind.
. "${SOURCE:?}/tests/cli/common"

# refused CODE WORDS ARGUMENT...: this code, these words on stderr, nothing on stdout.
refused() {
    number=$1
    words=$2
    shift 2
    code "$number" "$HECATE" "$@"
    says err "$words"
    empty out
}

refused 2 "there is no command 'rnu', did you mean 'run'?" rnu model.yaml
refused 2 "did you mean 'hecate run model.yaml'?" model.yaml
refused 2 "there is no option '--quite' before the command" --quite
refused 2 "there is no option '--drawz', did you mean '--draws'?" run model.yaml --drawz 10
refused 2 "there is no option '--tabel', did you mean '--table'?" show out.h5 --tabel=cea
refused 2 "invalid option -- 'z'" run model.yaml -z
refused 2 "option '--draws' requires an argument" run model.yaml --draws
refused 2 'which FILE?' run
refused 2 'which FILE?' check
refused 2 'which OUT.h5?' show
refused 2 'explain what?' explain
refused 2 'OUT.h5' export
refused 2 '-d DIR is needed' export out.h5
refused 2 "'two.yaml' is one argument too many" run model.yaml two.yaml
refused 2 "'more' is one argument too many" info more

for number in -1 1.5 1e2.5 1e e3 1__0 _1 1_ '' ' 7' 0x10 ten 1e13 99999999999999999999; do
    refused 2 'a whole number from 0 to' run model.yaml --draws "$number"
done
refused 2 '--threads 5000: a whole number from 0 to 4096' run model.yaml --threads 5000
refused 2 '--block 12: a multiple of 8' run model.yaml --block 12
refused 2 '--seed 18446744073709551616' run model.yaml --seed 18446744073709551616
refused 2 '--set r_HS1: PATH=VALUE' run model.yaml --set r_HS1
refused 2 '--set =1: PATH=VALUE' check model.yaml --set =1
refused 2 '--isa mmx: this processor and this build can use' run model.yaml --isa mmx
refused 2 '--format xml: text, csv or json' run model.yaml --format xml
refused 2 '--format csv: text or json' check model.yaml --format csv

code 2 env HECATE_THREADS=many "$HECATE" run model.yaml
says err 'HECATE_THREADS many: a whole number'
for command in 'run model.yaml' 'check model.yaml' info; do
    # shellcheck disable=SC2086
    code 2 env HECATE_CPU=mmx "$HECATE" $command
    says err 'HECATE_CPU mmx:'
done

refused 2 "there is no topic 'functoins', did you mean 'functions'?" list functoins
refused 2 "there is no check 'unit-missmatch', did you mean 'unit-mismatch'?" explain unit-missmatch
refused 2 "which NAME of model.yaml?" explain model.yaml

# the input: all mistakes in one run, exit code 1, nothing written
refused 1 'missing.yaml' run missing.yaml
refused 1 'missing.yaml' check missing.yaml
sed -e 's/(1 - d0) \* hs/(1 - d0) * hz/' -e 's/  r_S1S2: /  r_S1S3: /' model.yaml >broken.yaml
refused 1 '[unknown-name]' check broken.yaml
says err "broken.yaml:" # the place
[ "$(grep -c 'error:' err)" -ge 2 ] || complain "one run should show all mistakes"
refused 1 '[unknown-name]' run broken.yaml
refused 1 "did you mean \`c_trtB\`?" run model.yaml --set c_trtb1=2
none ./*.h5

# a warning alone is no failure
code 0 "$HECATE" check model.yaml
sed 's/^let:/let:\n  idle: r_HD * 2/' model.yaml >idle.yaml
code 0 "$HECATE" check idle.yaml
says err '[unused]'

# a value that goes wrong in the run: strategy, cycle, states, expression; nothing written
refused 3 '[probability-' run model.yaml --set d0=1.5 -o value.h5
none value.h5

# a file that is no result
refused 4 "model.yaml" show model.yaml
refused 4 'missing.h5' show missing.h5
refused 4 'missing.h5' export missing.h5 -d folder

code 0 "$HECATE" run model.yaml --quiet --draws 0 -o base.h5
refused 2 "there is no table \`cae\`; did you mean \`cea\`?" show base.h5 --table cae
refused 2 'ceac' show base.h5 ceac # no draws, no curve

exit "${wrong:?}"
