# SPDX-License-Identifier: GPL-3.0-or-later
# name,value of what the runs of hypertension.sh say, for targets.csv. Operands: run=NAME, then the tables
# effects.csv, costs.csv and events.csv of that run.
function rate(run, strategy, events, years) { return v[run, strategy, events] / v[run, strategy, years] }
function ratio(run, less, usual, events, years) { return rate(run, less, events, years) / rate(run, usual, events, years) }
function sum(run, strategy, names,    n, i, list, total) {
    n = split(names, list, " "); for (i = 1; i <= n; i++) total += v[run, strategy, "events " list[i]]
    return total
}
function years_of(run, strategy) { return v[run, strategy, "life_years"] }
function lower(names) { # ten years, 10 mmHg less: rate ratio over years of life
    return sum("population", "lower_10", names) / years_of("population", "lower_10") / \
           (sum("population", "usual", names) / years_of("population", "usual"))
}
function say(name, value) { printf "%s,%.10g\n", name, value }
BEGIN { FS = "," }
FNR == 1 { columns = split($0, column, ","); by_year = $2 == "year"; next }
by_year { for (i = 3; i <= columns; i++) v[run, $1, "events " column[i]] += $i
    if ($2 == 0) for (i = 3; i <= columns; i++) v[run, $1, "first " column[i]] = $i
    next }
{ v[run, $1, $2] = $4; v[run, $1, "discounted " $2] = $3 }
END {
    p = "population"; u = "usual"; a = "adults"; s = "after-stroke"; c = "village"
    cvd = "stroke chd failure"; kills = "stroke_death chd_death failure_death"; all = kills " kidney_death death"

    say("aware", v[p, u, "at_start_aware"]); say("treated", v[p, u, "at_start_treated"])
    say("controlled", v[p, u, "at_start_controlled"] / v[p, u, "at_start_treated"])
    say("controlled_all", v[p, u, "at_start_controlled"]); say("managed", v[p, u, "at_start_managed"] / v[p, u, "at_start_aware"])
    say("treated_lu", v[p, u, "at_start_treated"]); say("controlled_lu", v[p, u, "at_start_controlled"])
    say("controlled_2018", v[p, u, "at_start_controlled"]); say("aware_range", v[p, u, "at_start_aware"])
    say("aware_2011", v["cascade", u, "at_start_aware"]); say("treated_2011", v["cascade", u, "at_start_treated"])
    say("controlled_2011", v["cascade", u, "at_start_controlled"])

    n = split("35_44 45_54 55_64 65_74 35_75 40_49 50_60", list, " ")
    for (i = 1; i <= n; i++) say("prev_" list[i], v[a, u, "high_" list[i]] / v[a, u, "people_" list[i]])
    say("prev_75", v[a, u, "high_75_79"] / v[a, u, "people_75_79"]); say("prev_45", v[a, u, "high_45_up"] / v[a, u, "people_45_up"])
    say("mean_sbp", v[a, u, "at_start_sbp"]); say("stroke_before", v[a, u, "had_before"])
    say("incidence", 1000 * v[a, u, "turned"] / v[a, u, "years_low"])
    n = split("35_84 young older urban_north urban_south rural_north rural_south", list, " ")
    for (i = 1; i <= n; i++) {
        say("chd_" list[i], 1e5 * rate(a, u, "chd_" list[i], "years_" list[i]))
        say("stroke_" list[i], 1e5 * rate(a, u, "stroke_" list[i], "years_" list[i]))
    }
    say("first_stroke", 1e5 * v[a, u, "first_stroke"] / years_of(a, u))
    say("stroke_deaths", 1e5 * v[a, u, "events stroke_death"] / years_of(a, u))
    say("dialysis", 1e5 * v[a, u, "events dialysis_starts"] / years_of(a, u))
    share = v[a, u, "stroke_35_84"] / (v[a, u, "stroke_35_84"] + v[a, u, "chd_35_84"])
    say("stroke_share_z", share)
    first_strokes = v[p, u, "first_stroke_60"] + v[p, u, "first_stroke_69"] + v[p, u, "first_stroke_70"]
    first_chd = v[p, u, "first_chd_60"] + v[p, u, "first_chd_69"] + v[p, u, "first_chd_70"]
    stroke_years = v[p, u, "years_stroke_60"] + v[p, u, "years_stroke_69"] + v[p, u, "years_stroke_70"]
    chd_years = v[p, u, "years_chd_60"] + v[p, u, "years_chd_69"] + v[p, u, "years_chd_70"]

    say("failure_rate", v[p, u, "first failure"]); say("lou_stroke", first_strokes / stroke_years); say("lou_chd", first_chd / chd_years)
    say("stroke_share", first_strokes / stroke_years / (first_strokes / stroke_years + first_chd / chd_years))
    say("village_usual", rate(c, u, "stroke", "followed")); say("village_rate", rate(c, "later", "stroke", "followed"))
    say("step_usual", v["step", u, "first"]); say("after_chd", rate(p, u, "after_chd", "years_after_chd"))
    say("chd_after", rate(s, u, "coronary", "years_coronary"))

    fatal = v[p, u, "events stroke_death"] / v[p, u, "events stroke"]
    say("fatal_stroke", fatal); say("fatal_stroke_ness", fatal); say("fatal_stroke_hospital", fatal)
    say("fatal_chd", v[p, u, "events chd_death"] / v[p, u, "events chd"])
    say("again_year", v[s, u, "in_a_year"]); say("again", v[s, u, "second"])
    say("again_later", (v[s, u, "second"] - v[s, u, "in_a_year"]) / v[s, u, "years_later"])
    say("survivors_die", sum(s, u, all)); say("dead_in_a_year", fatal + (1 - fatal) * v[s, u, "dead_in_a_year"])
    later = (sum(s, u, all) - v[s, u, "dead_in_a_year"]) / (years_of(s, u) - (1 - v[s, u, "dead_in_a_year"] / 2))
    say("die_later", later); say("lou_die", later)
    say("failure_dies", rate(p, u, "dead_failure", "years_with_failure")); say("chd_dies", rate(p, u, "dead_chd", "years_with_chd"))
    say("deaths", sum(p, u, all) / 0.158)      # 0.158: of the same people by the life table alone

    say("by10_stroke", ratio(p, "lower_10", u, "first_stroke_69", "years_stroke_69")); say("by10_chd", ratio(p, "lower_10", u, "first_chd_69", "years_chd_69"))
    say("by10_failure", v[p, "lower_10", "events failure"] / v[p, "lower_10", "years_failure"] / (v[p, u, "events failure"] / v[p, u, "years_failure"]))
    say("by10_stroke_e", ratio(p, "lower_10", u, "first_stroke_69", "years_stroke_69")); say("by10_chd_e", ratio(p, "lower_10", u, "first_chd_69", "years_chd_69"))
    say("by10_failure_e", v[p, "lower_10", "events failure"] / v[p, "lower_10", "years_failure"] / (v[p, u, "events failure"] / v[p, u, "years_failure"]))
    say("by10_mace", ratio(p, "lower_10", u, "first_60_80", "years_60_80")); say("by10_mace_e", ratio(p, "lower_10", u, "first_60_80", "years_60_80"))
    say("by10_cvd_death", lower(kills)); say("by10_all_death", lower(all))
    say("by10_lou_slope", ratio(p, "lower_10", u, "first_stroke_69", "years_stroke_69"))
    say("by10_kadoorie_stroke", ratio(p, "lower_10", u, "first_stroke_69", "years_stroke_69"))
    say("by10_kadoorie_chd", ratio(p, "lower_10", u, "first_chd_69", "years_chd_69"))
    say("by10_ckd", v[p, "lower_10", "events ckd"] / v[p, "lower_10", "years_ckd"] / (v[p, u, "events ckd"] / v[p, u, "years_ckd"]))
    n = split("60 69 70", list, " ")
    for (i = 1; i <= n; i++) {
        say("apcsc_stroke_" list[i], ratio(p, "lower_10", u, "first_stroke_" list[i], "years_stroke_" list[i]))
        say("apcsc_chd_" list[i], ratio(p, "lower_10", u, "first_chd_" list[i], "years_chd_" list[i]))
        say("equation_stroke_" list[i], ratio(p, "equation_10", "equation", "first_stroke_" list[i], "years_stroke_" list[i]))
    }
    say("cohort_step", ratio(p, "lower_20", u, "first_60_80", "years_60_80"))
    say("cohort_step_equation", ratio(p, "equation_20", "equation", "first_60_80", "years_60_80"))

    say("step", ratio("step", "lower", u, "first", "followed")); say("step_equation", ratio("step", "equation_lower", "equation", "first", "followed"))
    say("village", ratio(c, "later", u, "stroke", "followed")); say("village_145", ratio(c, "lower", u, "stroke", "followed"))
    say("village_fatal", ratio(c, "later", u, "fatal", "followed"))
    say("village_nonfatal", (v[c, "later", "stroke"] - v[c, "later", "fatal"]) / v[c, "later", "followed"] / \
        ((v[c, u, "stroke"] - v[c, u, "fatal"]) / v[c, u, "followed"]))
    say("village_any", ratio(c, "later", u, "any", "followed_any"))
    for (i = 1; i <= 4; i++) say("village_q" i, ratio(c, "later", u, "any_" i, "followed_" i))
    say("village_cost", v["village-years", u, "discounted resource"]); say("village_qaly", v["village-years", u, "discounted qaly"])
    say("village_gain", v["village-years", "lower", "discounted qaly"] - v["village-years", u, "discounted qaly"])
    n = split("ettehad equation", list, " ")
    for (i = 1; i <= n; i++) {
        say("village_" list[i], ratio(c, list[i] "_later", list[i], "stroke", "followed"))
        say("village_" list[i] "_145", ratio(c, list[i] "_lower", list[i], "stroke", "followed"))
    }
}
