#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every block of the documentation runs. Blocks of docs/language.md and docs/payment.md are laid over a
# small model, or over the one that a comment before the block names; those of docs/first-model.md make one file together;
# those of docs/persons.md and docs/policies.md are files named in their first line; shell blocks run in a
# copy of what they need.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0 ran=0
PATH="$(dirname "$HECATE"):$PATH"
ln -s "$SOURCE/models" "$SOURCE/inputs" "$SOURCE/tests" "$work/"

blocks() { # LANGUAGE FILE FOLDER: block N of the language into FOLDER/N; what it is over, FOLDER/N.over
    mkdir -p "$3"
    awk -v language="$1" -v folder="$3" '
        !inside && /^<!-- over: / { over = $3 }
        /^```/ { if (inside) { inside = 0; close(out) }
                 else if ($0 == "```" language) { inside = 1; out = sprintf("%s/%02d", folder, ++n)
                                                  if (over) print over > (out ".over") }
                 else { inside = 2; out = "/dev/null" }
                 over = ""
                 next }
        inside { print > out }' "$2"
}

tell() { # WHAT LOG
    echo "FAILED: $1"
    sed 's/^/    /' "$2"
    failed=$((failed + 1))
}

run_shell() { # FILE FOLDER
    local block
    blocks sh "$1" "$2"
    : >"$work/said"
    for block in "$2"/[0-9]*; do
        [ -e "$block" ] || continue
        ran=$((ran + 1))
        (cd "$work" && bash -e "$block") >"$work/log" 2>&1 </dev/null ||
            tell "$(basename "$1"), shell block $(basename "$block")" "$work/log"
        cat "$work/log" >>"$work/said"
    done
    # what a page shows as output is what its shell blocks have said, line by line
    blocks text "$1" "$2/shown"
    for block in "$2"/shown/*; do
        [ -e "$block" ] || continue
        ran=$((ran + 1))
        grep -v -x -F -f "$work/said" "$block" | grep . >"$work/log" &&
            tell "$(basename "$1"), lines that are not printed so" "$work/log"
    done
}

# the language: each block alone over the base
blocks yaml "$SOURCE/docs/language.md" "$work/language"
cp "$SOURCE"/tests/docs/language/* "$work/language/"
for block in "$work"/language/[0-9][0-9]; do
    over=base.yaml
    [ ! -e "$block.over" ] || over=$(cat "$block.over")
    printf 'hecate: 1\nextends: %s\n' "$over" | cat - "$block" >"$block.yaml"
    ran=$((ran + 1))
    hecate check "$block.yaml" >"$work/log" 2>&1 ||
        tell "docs/language.md, block $(basename "$block")" "$work/log"
done

# payments: files that a block names in its first line, then each block alone over its base
blocks yaml "$SOURCE/docs/payment.md" "$work/payment"
cp "$SOURCE"/tests/docs/language/* "$work/payment/"
for block in "$work"/payment/[0-9][0-9]; do
    name=$(sed -n '1s/^# \(.*[.]yaml\)$/\1/p' "$block")
    [ -z "$name" ] || { mv "$block" "$work/payment/$name"; continue; }
    printf 'hecate: 1\nextends: %s\n' "$(cat "$block.over")" | cat - "$block" >"$block.yaml"
    ran=$((ran + 1))
    hecate run "$block.yaml" -o "$work/payment.h5" >"$work/log" 2>&1 ||
        tell "docs/payment.md, block $(basename "$block")" "$work/log"
done

# the first model: one file out of its pieces
blocks yaml "$SOURCE/docs/first-model.md" "$work/first"
cat "$work"/first/* >"$work/first.yaml"

# from a cohort to persons, and to policies: a file out of each block
for page in persons policies; do
    blocks yaml "$SOURCE/docs/$page.md" "$work/steps-$page"
    for block in "$work/steps-$page"/[0-9]*; do
        name=$(sed -n '1s/^# \(.*[.]yaml\)$/\1/p' "$block")
        cp "$block" "$work/${name:-unnamed.yaml}"
        ! grep -q '^policy:' "$block" || continue # within the study that names it
        ran=$((ran + 1))
        (cd "$work" && hecate check "$name") >"$work/log" 2>&1 ||
            tell "docs/$page.md, block $(basename "$block")" "$work/log"
    done
done
for document in README.md docs/first-model.md docs/persons.md docs/policies.md docs/command.md; do
    run_shell "$SOURCE/$document" "$work/$(basename "$document" .md)"
done

[ "$ran" -gt 25 ] || { echo "FAILED: only $ran blocks were found"; failed=1; }
echo "$ran blocks, $failed failed"
[ "$failed" -eq 0 ]
