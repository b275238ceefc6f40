#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Rooms include only what lies before them: an arrow that runs back is an error.
cd "${SOURCE:-$(dirname "$0")/../..}" || exit 2

# room: what it may include ("kernels" stands for kernels/hk.h alone, "public" for <hecate/...>)
arrows='
base:     public base kernels
lang:     public base kernels lang
model:    public base kernels lang model
sim:      public base kernels lang model sim
pay:      public base kernels lang model sim pay
fund:     public base kernels lang model sim pay fund
analysis: public base kernels analysis
store:    public base store
batch:    public base kernels lang model sim pay fund analysis store batch
cli:      public cli
kernels:  kernels
include:  public
'

find src kernels include -name '*.[ch]' -o -name '*.def' -o -name '*.h.in' | LC_ALL=C sort |
    xargs awk -v arrows="$arrows" '
    BEGIN {
        count = split(arrows, lines, "\n")
        for (i = 1; i <= count; i++) {
            words = split(lines[i], word, /[: ]+/)
            for (j = 2; j <= words; j++)
                allowed[word[1], word[j]] = 1
            if (words > 1)
                known[word[1]] = 1
        }
    }
    function target_of(name, room,    parts) {
        if (name ~ /^<hecate\//)
            return "public"
        if (name == "\"hk.h\"" || (room == "kernels" && name ~ /^"/))
            return "kernels"
        return split(name, parts, /["\/]/) > 3 ? parts[2] : room
    }
    FNR == 1 {
        split(FILENAME, path, "/")
        room = path[1] == "src" ? path[2] : path[1]
        if (!(room in known)) {
            print FILENAME ": no arrows are known for the room \"" room "\""
            wrong = 1
        }
    }
    /^[ \t]*#[ \t]*include[ \t]*("|<hecate\/)/ {
        match($0, /["<][^">]+[">]/)
        name = substr($0, RSTART, RLENGTH)
        target = target_of(name, room)
        if (!((room, target) in allowed)) {
            print FILENAME ":" FNR ": " room " may not include " name
            wrong = 1
        }
    }
    END { exit wrong }'
