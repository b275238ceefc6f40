#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# No number in a model lacks a source or the word assumed.
#   1 Every parameter of every ready study and model, as its result lists them, has a status; read or recalled
#     names a source. What chooses (a whole number without unit) may have neither, and says in its note or label
#     what it chooses.
#   2 Numbers in the text elsewhere (chains, events, definitions, services, people, contracts, strategies) stand
#     beside a source, a scenario, a note or a comment: on the line, in the entry, or above it without an empty
#     line between. For people the comment says read, recalled, assumed or a year. Without comment: 0, 1, 2, 0.5
#     and what only changes units.
#   3 Every parameter of the library of policies has a source or a status.
# Which parameters are certain is told, not judged.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$SOURCE" || exit 1
failed=0

# register FILE < CSV: what is wrong in a table of parameters
register() {
    awk -v file="$1" '
        function field(    value, quoted) { # the next field of `rest`
            if (rest ~ /^"/) {
                value = ""
                while (match(rest, /^"[^"]*"/)) {
                    value = value (value == "" && !quoted ? "" : "\"") substr(rest, 2, RLENGTH - 2)
                    rest = substr(rest, RLENGTH + 1); quoted = 1
                }
            } else { match(rest, /^[^,]*/); value = substr(rest, 1, RLENGTH); rest = substr(rest, RLENGTH + 1) }
            sub(/^,/, "", rest)
            return value
        }
        function in_strategy(place,    path, line, text, n, top) { # scan 2 looks at what strategies set
            path = place; sub(/:[0-9]+$/, "", path); line = place; sub(/^.*:/, "", line)
            while ((getline text < path) > 0 && ++n <= line + 0) if (text ~ /^[a-z_]+:/) top = text
            close(path)
            return top ~ /^strategies:/
        }
        function wrong(what) { print place ": " name ": " what; bad++ }
        FNR > 1 {
            rest = $0
            name = field(); label = field(); value = field(); unit = field(); distribution = field()
            source = field(); status = field(); note = field(); place = field()
            if (++seen && distribution == "" && status != "") certain++
            if (in_strategy(place)) continue_here = 0
            else if (status != "") { if (status != "assumed" && source == "") wrong(status ", and no source") }
            else if (value !~ /^-?[0-9]$/ || unit !~ /^(1|ratio|probability)?$/ || distribution != "")
                wrong("no status")
            else if (label note == "") wrong("a choice that does not say what it chooses")
        }
        END { print file ": " seen + 0 " parameters, " certain + 0 " certain" > "/dev/stderr"; exit bad > 0 || seen == 0 }
    '
}

# numbers FILE...: numbers in the text that nothing accounts for
numbers() {
    awk '
        function bare(s) { # a line without sentences, comments, names
            sub(/(^|[ \t])#.*$/, " ", s)
            gsub(/[A-Za-z0-9_.\/-]+\.(yaml|csv)/, " ", s)
            sub(/^ *-? *(source|scenario|note|label|title|text|status|unit):.*/, " ", s)
            gsub(/(source|scenario|note|label|title|text|status|unit|file): *("[^"]*"|\047[^\047]*\047)/, " ", s)
            gsub(/(source|scenario|note|label|title|text|status|unit|file): *[^,}]*/, " ", s)
            gsub(/random(_once)?\(\047[^\047]*\047\)/, " ", s)
            gsub(/1e-[0-9]+/, " ", s) # keeps a divisor off zero
            gsub(/[A-Za-z_][A-Za-z0-9_]*/, "x", s)
            return s
        }
        function to_tell(s,    n) { # the first number that is not 0, 1, 2, a half or a change of units
            while (match(s, /[0-9]+(\.[0-9]+)?%?/)) {
                n = substr(s, RSTART, RLENGTH)
                if (n !~ /^(0|1|2|0\.5|12|100|365|1000)$/) return n
                s = substr(s, RSTART + RLENGTH)
            }
            return ""
        }
        function of_people(s) { return s ~ /assumed|read|recalled|by definition|[12][0-9][0-9][0-9]/ }
        function whole_file(    i, j, n, told) {
            for (i = 1; i <= lines; i++) {
                if (section[i] !~ /^(let|chains|events|attributes|alive|on|services|population|behaviours|contracts|benefits|rules|strategies|tables|correlations|joint)$/) continue
                n = to_tell(bare(text[i]))
                told = n == "" || above[i]
                for (j = i; j && !told; j = parent[j]) told = word[j] || j != i && above[j]
                if (!told) { print name ":" i ": " n " has no source: " text[i]; bad++ }
            }
        }
        FNR == 1 { if (NR > 1) whole_file(); top = ""; comment = 0; name = FILENAME; open = 0 }
        {
            lines = FNR; text[FNR] = $0; section[FNR] = ""; word[FNR] = above[FNR] = parent[FNR] = 0
            if ($0 ~ /^[ \t]*$/) { comment = 0; next }
            match($0, /^ */); deep[FNR] = depth = RLENGTH
            if ($0 ~ /^ *#/) { if (!comment || depth != comment_deep) said = ""; said = said $0; comment = 1; comment_deep = depth; next }
            if (comment && depth < comment_deep) comment = 0
            if (match($0, /^[a-z_]+:/)) { if (top != "" && section[FNR - 1] != "") comment = 0; top = substr($0, 1, RLENGTH - 1) }
            section[FNR] = top
            for (j = FNR - 1; j > 0 && (section[j] == "" || deep[j] >= depth); j--) ;
            parent[FNR] = depth ? j : 0
            above[FNR] = comment && (top != "population" || of_people(said))
            s = $0; gsub(/"[^"]*"/, "", s)
            beside = match(s, /[ \t]#/) && (top != "population" || of_people(substr(s, RSTART)))
            if (beside || $0 ~ /(source|scenario|note):/) {
                word[FNR] = 1
                if ($0 ~ /^ *(source|scenario|note):/) word[parent[FNR]] = 1 # keys below each other
                if (open) word[start] = 1
            }
            if (!open) start = FNR; else parent[FNR] = start
            sub(/[ \t]#.*$/, "", s)
            open += gsub(/[{\[]/, "", s) - gsub(/[}\]]/, "", s)
        }
        END { whole_file(); exit bad > 0 }
    ' "$@"
}

# library FILE...: parameters of policies that say neither
library() {
    awk '
        function entry() { if (named != "" && words !~ /source:|status:/ && words ~ /[0-9]/) { print place ": " named " has no source"; bad++ } named = "" }
        /^[a-z_]+:/ { entry(); top = $1 }
        top == "parameters:" && /^  [A-Za-z_]/ { entry(); named = $1; words = ""; place = FILENAME ":" FNR }
        named != "" { words = words " " substr($0, index($0, named) + (words == "" ? length(named) : 0)) }
        END { entry(); exit bad > 0 }
    ' "$@"
}

# The three see what they are for.
cat >"$work/bad.yaml" <<'YAML'
population:
  age: {dist: normal(mean: 61, sd: 9)}      # years
  bmi: 24                                   # assumed
let:
  p_told: 0.3                               # of a survey
  p_untold: 0.3 * p_told

  # from the trial
  p_below: 0.4
  also: {on: p_below, multiply: 0.7}

  p_apart: 0.4
parameters:
  told: {value: 3, status: assumed}
  untold: 3
YAML
numbers "$work/bad.yaml" >"$work/found"
[ "$(cut -d: -f2 "$work/found" | tr '\n' ' ')" = "2 6 12 " ] ||
    { echo "FAILED: numbers without a source are not seen:"; cat "$work/found"; failed=1; }
library "$work/bad.yaml" | grep -q ':15: untold' || { echo "FAILED: a parameter without a source is not seen"; failed=1; }
head="parameter,label,value,unit,distribution,source,status,note,place"
printf '%s\n' "$head" 'a,,3,,,,,,x:1' 'b,,0.3,ratio,,,read,,x:1' 'c,,1,1,,,,,x:1' 'd,,1,1,,,,"1: ""yes"", 0: no",x:1' \
    'e,,3,CNY,,"Wang, 2020",read,,x:1' | register made-up 2>/dev/null >"$work/found"
[ "$(cut -d: -f3 "$work/found" | tr -d '\n')" = " a b c" ] ||
    { echo "FAILED: parameters without a source are not seen:"; cat "$work/found"; failed=1; }

studies=0
: >"$work/wrong"
for file in inputs/studies/*/*.yaml models/*/*.yaml models/*/*/*.yaml; do
    grep -qE '^(study|model):' "$file" || continue
    "$HECATE" run "$file" --draws 0 --persons 8 --quiet -o "$work/r.h5" >/dev/null 2>&1 ||
        "$HECATE" run "$file" --draws 0 --quiet -o "$work/r.h5" >"$work/why" 2>&1 ||
        { grep -q 'is missing.*-missing\]' "$work/why" && continue; head -n 1 "$work/why"; echo "FAILED: $file does not run"; failed=1; continue; }
    studies=$((studies + 1))
    "$HECATE" show "$work/r.h5" parameters --format csv | register "$file" >>"$work/wrong" || failed=1
done
LC_ALL=C sort -u "$work/wrong"
[ "$studies" -ge 25 ] || { echo "FAILED: only $studies studies and models were found"; failed=1; }

mapfile -t files < <(find models inputs/studies -name '*.yaml' | LC_ALL=C sort)
numbers "${files[@]}" || failed=1
mapfile -t files < <(find inputs/policies -name '*.yaml' | LC_ALL=C sort)
library "${files[@]}" || failed=1
[ "$failed" -eq 0 ]
