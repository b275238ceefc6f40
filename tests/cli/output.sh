#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Output that cannot be written is exit code 4 with words, never a crash or half a file.
. "${SOURCE:?}/tests/cli/common"

# a folder that is not there, a folder in place of a file, a file in place of a folder
code 4 "$HECATE" run model.yaml -o nowhere/out.h5
says err 'nowhere/out.h5'
mkdir taken
code 4 "$HECATE" run model.yaml -o taken
says err 'taken'
code 4 "$HECATE" run model.yaml -o /dev/null
[ -c /dev/null ] || complain "/dev/null was replaced"
code 4 "$HECATE" run model.yaml -o model.yaml/out.h5

# both are told: what is wrong with the model and with the place of the result
sed 's/(1 - d0) \* hs/hz/' model.yaml >broken.yaml
code 1 "$HECATE" run broken.yaml -o nowhere/out.h5
says err 'nowhere/out.h5'
says err '[unknown-name]'

# a file that is no result is left alone; a result is replaced
code 4 "$HECATE" run model.yaml -o model.yaml
says err 'left alone'
cmp -s model.yaml "${here:?}/sick-sicker.yaml" || complain "the model was overwritten"
code 0 "$HECATE" run model.yaml --quiet --draws 0 -o out.h5
code 0 "$HECATE" run model.yaml --quiet --draws 8 -o out.h5
code 0 "$HECATE" show out.h5 cea-psa
touch empty.h5
code 0 "$HECATE" run model.yaml --quiet --draws 0 -o empty.h5

# a folder that may not be written to
mkdir locked
chmod 555 locked
if ! touch locked/file 2>err; then
    code 4 "$HECATE" run model.yaml -o locked/out.h5
    says err 'locked/out.h5'
fi
chmod 755 locked

# standard output: full, closed, a pipe that nobody reads
if [ -w /dev/full ]; then
    for arguments in "--help" "run --help" "check model.yaml" "list functions" "info" "show out.h5" \
        "show out.h5 --format json" "explain model.yaml d0" "run model.yaml -o full.h5"; do
        # shellcheck disable=SC2086
        "$HECATE" $arguments >/dev/full 2>err
        [ $? -eq 4 ] || complain "hecate $arguments >/dev/full: not exit code 4"
        says err 'cannot write to standard output'
    done
    [ -s full.h5 ] || complain "a full standard output should not cost the result"
fi
"$HECATE" info >&- 2>err
[ $? -eq 4 ] || complain "hecate info >&-: not exit code 4"
says err 'cannot write to standard output'
"$HECATE" run model.yaml -o closed.h5 >&- 2>err
[ $? -eq 4 ] || complain "hecate run >&-: not exit code 4"
code 0 "$HECATE" show closed.h5
"$HECATE" export out.h5 -d tables >&- 2>err
[ $? -eq 4 ] || complain "hecate export >&-: not exit code 4"
[ -s tables/cea.csv ] || complain "a closed standard output should not cost the tables"

mkfifo pipe
for arguments in "list functions" "show out.h5" "--help"; do
    { : <pipe; } & # opens, reads nothing, closes
    # shellcheck disable=SC2086
    { wait $!; "$HECATE" $arguments 2>err; echo $? >status; } >pipe
    [ "$(cat status)" -eq 4 ] || complain "hecate $arguments to a closed pipe: $(cat status), not 4"
    says err 'cannot write to standard output'
done

# a full disk: nothing of the name, no temporary file, the words of the system
mkdir disk
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=256k none disk 2>err; then
    trap 'umount "${folder:?}/disk"; rm -rf "$folder"' EXIT
    code 4 "$HECATE" run model.yaml --quiet --draws 20000 -o disk/out.h5
    says err 'disk/out.h5'
    says err 'space'
    [ -z "$(ls -A disk)" ] || complain "left on a full disk: $(ls -A disk)"
    code 4 "$HECATE" run model.yaml --quiet --draws 20000 -o big.h5 --csv disk
    says err 'space'
fi

exit "${wrong:?}"
