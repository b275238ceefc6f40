# SPDX-License-Identifier: GPL-3.0-or-later
# The study inputs/studies/diabetes/payment.yaml computed again in base R, without Hecate.
#
#   Rscript recompute.R              writes summary.csv and trace.csv beside this script
#   Rscript recompute.R validation   prints the numbers of the model card's validation table
#
# The base values are stated again here on purpose; where they come from is in parameters.yaml.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
life_table <- read.csv(file.path(here, "../../../inputs/lifetables/china-2020-2025.csv"),
                       comment.char = "#")
strata <- read.csv(file.path(here, "../strata.csv"), comment.char = "#")
cycles <- 70
discount <- 0.05
states <- c("prediabetes", "undiagnosed", "uncontrolled", "controlled", "micro", "macro", "both",
            "kidney_failure", "dead")
alive <- setdiff(states, "dead")
enrolled <- c("uncontrolled", "controlled", "micro", "macro", "both")

# ---- base values ---------------------------------------------------------------------------------

cpi_2020 <- 1.0098 * 1.020 * 1.002 * 1.002
cpi_2013 <- 1.0192 * 1.0144 * 1.0200 * 1.0159 * 1.0207 * 1.0290 * 1.0242 * cpi_2020
cpi_2012 <- 1.0262 * cpi_2013

base <- list(
    incidence_men = 0.01469, incidence_women = 0.01104, prediabetes_prevalence = 0.381,
    diabetes_prevalence = 0.124, aware = 0.367, control_treated = 0.501,
    treated_aware = 0.329 / 0.367, any_complication = 0.325,
    share_micro = 0.223 / 0.533, share_macro = 0.133 / 0.533,
    r_diagnosis = 0.053, hr_diagnosis = 1, r_loss = 0.15, or_control = 1, fade = 0,
    hba1c_gap = 2, beta_micro = 0.27, beta_macro = 0.099, undiagnosed_gap = 0.5,
    r_micro = 0.0200, r_macro = 0.0188, age_macro = 57, beta_age = 0.045,
    hr_macro_micro_men = 1.58, hr_macro_micro_women = 1.48, r_kidney_failure = 7233 / 4.9e6 / 0.31,
    hr_diabetes = 2, prevalence_45 = 0.17, hr_death_micro_men = 2.08, hr_death_micro_women = 1.79,
    hr_death_macro = exp(0.5888), fatal_macro = (0.11 + 0.059) / 2, r_death_kidney = 0.0978,
    u_prediabetes = 0.94, u_diabetes = 0.876, d_micro = 0.057, d_macro = (0.074 + 0.16) / 2,
    d_kidney = 0.164,
    gp_visits = 4, tests = 3.8, admissions_plain = 0.10, admissions_complicated = 0.30,
    rr_admission = 1, capitated = 0,
    c_gp_visit = 15, c_test = 20, c_drugs = 0.634 * 4536.90 * cpi_2012,
    c_micro_care = 2906.55 * cpi_2012, c_macro_care = (8521.80 - 4536.90) * cpi_2012,
    c_admission = 0.2861 * 11707 + 0.7139 * 7408, c_event = (21176 + 16583) / 2 * cpi_2020,
    c_dialysis = 94760.5 * cpi_2013,
    fund_inpatient = 0.2861 * 0.756 + 0.7139 * 0.597,
    fund_outpatient = 0.2861 * 0.760 + 0.7139 * 0.50, fund_dialysis = 0.87,
    nonmedical = 180.8 / 1320.9, capitation = 0, withheld = 0.30)

fee_for_service <- base
capitation_p4p <- modifyList(base, list(
    capitated = 1, capitation = 200, or_control = 1.53, fade = 0.1, hr_diagnosis = 1.2,
    rr_admission = 0.9, gp_visits = 4 + 2, tests = 6.4))

# ---- the model -----------------------------------------------------------------------------------

share_of_odds <- function(odds) odds / (1 + odds)
rate_to_prob <- function(rate) -expm1(-rate)

background <- function(age, sex) {
    of_sex <- life_table[life_table$sex == sex, ]
    of_sex$mx[of_sex$age == min(age, max(of_sex$age))]
}

start_shares <- function(p, diabetes) {
    control <- p$control_treated * p$treated_aware
    known <- diabetes * p$aware
    plain <- known * (1 - p$any_complication)
    complicated <- known * p$any_complication
    c(1 - diabetes, diabetes * (1 - p$aware), plain * (1 - control), plain * control,
      complicated * p$share_micro, complicated * p$share_macro,
      complicated * (1 - p$share_micro - p$share_macro), 0, 0)
}

# Probabilities of one cycle: death first, then competing moves among those who survive.
transitions <- function(p, age, sex, t) {
    men <- sex == "male"
    hr_death_micro <- if (men) p$hr_death_micro_men else p$hr_death_micro_women
    free <- background(age, sex) / (1 + p$prevalence_45 * (p$hr_diabetes - 1))
    mix <- 1 + p$any_complication *
        (p$share_micro * (hr_death_micro - 1) + p$share_macro * (p$hr_death_macro - 1) +
         (1 - p$share_micro - p$share_macro) * (hr_death_micro * p$hr_death_macro - 1))
    plain <- free * p$hr_diabetes / mix
    death <- c(prediabetes = free, undiagnosed = plain, uncontrolled = plain, controlled = plain,
               micro = plain * hr_death_micro, macro = plain * p$hr_death_macro,
               both = plain * hr_death_micro * p$hr_death_macro,
               kidney_failure = plain + p$r_death_kidney)

    control_0 <- p$control_treated * p$treated_aware
    odds_0 <- control_0 / (1 - control_0)
    odds <- odds_0 * p$or_control^exp(-p$fade * t)
    control <- share_of_odds(odds)
    hr_micro <- exp(p$beta_micro * p$hba1c_gap)
    hr_macro <- exp(p$beta_macro * p$hba1c_gap)
    r_macro <- p$r_macro * exp(p$beta_age * (age - p$age_macro))
    mean_0 <- function(hr) control_0 + (1 - control_0) * hr
    mean_t <- function(hr) control + (1 - control) * hr
    micro <- p$r_micro / mean_0(hr_micro)         # in the controlled
    macro <- r_macro / mean_0(hr_macro)
    hidden_micro <- exp(p$beta_micro * p$hba1c_gap * p$undiagnosed_gap)
    hidden_macro <- exp(p$beta_macro * p$hba1c_gap * p$undiagnosed_gap)
    diagnosis <- p$r_diagnosis * p$hr_diagnosis
    hr_macro_micro <- if (men) p$hr_macro_micro_men else p$hr_macro_micro_women
    kidney <- p$r_kidney_failure * mean_t(hr_micro) / mean_0(hr_micro)
    incidence <- (if (men) p$incidence_men else p$incidence_women) /
        (p$prediabetes_prevalence / (1 - p$diabetes_prevalence))

    moves <- list(
        prediabetes = c(undiagnosed = incidence),
        undiagnosed = c(uncontrolled = diagnosis * (1 - control), controlled = diagnosis * control,
                        micro = micro * hidden_micro, macro = macro * hidden_macro),
        uncontrolled = c(controlled = p$r_loss * odds, micro = micro * hr_micro,
                         macro = macro * hr_macro),
        controlled = c(uncontrolled = p$r_loss, micro = micro, macro = macro),
        micro = c(both = macro * mean_t(hr_macro) * hr_macro_micro, kidney_failure = kidney),
        macro = c(both = micro * mean_t(hr_micro)),
        both = c(kidney_failure = kidney),
        kidney_failure = c())

    m <- matrix(0, length(states), length(states), dimnames = list(states, states))
    m["dead", "dead"] <- 1
    for (from in alive) {
        p_death <- rate_to_prob(death[[from]])
        out <- sum(moves[[from]])
        leaves <- (1 - p_death) * rate_to_prob(out)
        m[from, "dead"] <- p_death
        for (to in names(moves[[from]])) {
            event <- leaves * moves[[from]][[to]] / out
            new_macro <- to == "macro" || (to == "both" && from == "micro")
            fatal <- if (new_macro) p$fatal_macro else 0
            m[from, to] <- event * (1 - fatal)
            m[from, "dead"] <- m[from, "dead"] + event * fatal
        }
        m[from, from] <- 1 - sum(m[from, ])
    }
    m
}

# Services used: per year in a state, and per move.
service_use <- function(p) {
    names <- c("gp_visit", "test", "drugs", "micro_care", "macro_care", "admission",
               "event_admission", "dialysis")
    use <- matrix(0, length(states), length(names), dimnames = list(states, names))
    control_0 <- p$control_treated * p$treated_aware
    use[enrolled, "gp_visit"] <- p$gp_visits
    use[enrolled, "test"] <- p$tests
    use[enrolled, "drugs"] <- 1
    use["uncontrolled", "drugs"] <- (p$treated_aware - control_0) / (1 - control_0)
    use[c("micro", "both"), "micro_care"] <- 1
    use[c("macro", "both"), "macro_care"] <- 1
    use[c("uncontrolled", "controlled"), "admission"] <- p$admissions_plain * p$rr_admission
    use[c("micro", "macro", "both"), "admission"] <- p$admissions_complicated * p$rr_admission
    use["kidney_failure", "dialysis"] <- 1
    use
}

move_use <- list(
    list(from = "undiagnosed", to = "uncontrolled", gp_visit = 1, test = 1),
    list(from = "undiagnosed", to = "controlled", gp_visit = 1, test = 1),
    list(from = "undiagnosed", to = "macro", event_admission = 1),
    list(from = "uncontrolled", to = "macro", event_admission = 1),
    list(from = "controlled", to = "macro", event_admission = 1),
    list(from = "micro", to = "both", event_admission = 1))

prices <- function(p) {
    split <- function(price, fund) {
        c(fund = price * fund, patient = price * (1 - fund), provider = 0)
    }
    primary <- function(price) {
        open <- 1 - p$capitated
        c(fund = price * p$fund_outpatient * open, patient = price * (1 - p$fund_outpatient) * open,
          provider = price * p$capitated)
    }
    rbind(gp_visit = primary(p$c_gp_visit), test = primary(p$c_test),
          drugs = split(p$c_drugs, p$fund_outpatient),
          micro_care = split(p$c_micro_care, p$fund_outpatient),
          macro_care = split(p$c_macro_care, p$fund_outpatient),
          admission = split(p$c_admission, p$fund_inpatient),
          event_admission = split(p$c_event, p$fund_inpatient),
          dialysis = split(p$c_dialysis, p$fund_dialysis))
}

# What a year in each state and each move yields: one column for every outcome.
rewards <- function(p) {
    use <- service_use(p)
    price <- prices(p)
    control_0 <- p$control_treated * p$treated_aware
    score <- c(uncontrolled = 0, controlled = 1, micro = control_0, macro = control_0,
               both = control_0)
    fee <- setNames(numeric(length(states)), states)
    fee[enrolled] <- p$capitation * (1 - p$withheld + p$withheld * score[enrolled])
    utility <- c(p$u_prediabetes, p$u_diabetes, p$u_diabetes, p$u_diabetes,
                 p$u_diabetes - p$d_micro, p$u_diabetes - p$d_macro,
                 p$u_diabetes - p$d_micro - p$d_macro, p$u_diabetes - p$d_kidney, 0)
    money <- use %*% price
    money[, "fund"] <- money[, "fund"] + fee
    money[, "provider"] <- money[, "provider"] - fee
    outpatient <- c("drugs", "micro_care", "macro_care")
    nonmedical <- p$nonmedical * (use[, outpatient] %*% rowSums(price[outpatient, ]))
    state <- cbind(qaly = utility, life_years = as.numeric(states != "dead"), money,
                   nonmedical = nonmedical[, 1], use)
    moves <- lapply(move_use, function(move) {
        counts <- setNames(numeric(nrow(price)), rownames(price))
        for (service in setdiff(names(move), c("from", "to"))) counts[service] <- move[[service]]
        list(from = move$from, to = move$to,
             value = c(0, 0, (counts %*% price)[1, ], 0, counts))
    })
    list(state = state, moves = moves)
}

# One stratum: half of each cycle's start and end, each discounted at its own point; what happens
# on a move counts in full, discounted at the end of its cycle.
simulate <- function(p, age, sex, start) {
    reward <- rewards(p)
    trace <- matrix(0, cycles + 1, length(states), dimnames = list(NULL, states))
    trace[1, ] <- start
    totals <- matrix(0, 2, ncol(reward$state),
                     dimnames = list(c("discounted", "undiscounted"), colnames(reward$state)))
    for (k in seq_len(cycles)) {
        m <- transitions(p, age + k - 1, sex, k - 1)
        stopifnot(all(m >= 0), all(abs(rowSums(m) - 1) < 1e-12))
        trace[k + 1, ] <- trace[k, ] %*% m
        v <- rbind((1 + discount)^-c(k - 1, k), 1)
        totals <- totals + 0.5 * outer(v[, 1], (trace[k, ] %*% reward$state)[1, ]) +
            0.5 * outer(v[, 2], (trace[k + 1, ] %*% reward$state)[1, ])
        for (move in reward$moves) {
            flow <- trace[k, move$from] * m[move$from, move$to]
            totals <- totals + outer(v[, 2], flow * move$value)
        }
    }
    list(totals = totals, trace = trace)
}

run <- function(p, diabetes_share = strata$diabetes_share) {
    totals <- trace <- 0
    for (i in seq_len(nrow(strata))) {
        s <- strata[i, ]
        one <- simulate(p, s$age, s$sex, start_shares(p, diabetes_share[i]))
        totals <- totals + s$weight * one$totals
        trace <- trace + s$weight * one$trace
    }
    list(totals = totals, trace = trace)
}

# ---- output --------------------------------------------------------------------------------------

full <- function(x) formatC(x, digits = 17, format = "g", width = 1)
write_with_note <- function(rows, name, note) {
    con <- file(file.path(here, name), "w")
    writeLines(paste("#", note), con)
    write.table(rows, con, sep = ",", quote = FALSE, row.names = FALSE)
    close(con)
}

write_results <- function(results) {
    money <- c("fund", "patient", "provider", "nonmedical")
    rows <- do.call(rbind, lapply(names(results), function(strategy) {
        totals <- results[[strategy]]$totals
        kinds <- ifelse(colnames(totals) %in% money, "cost",
                        ifelse(colnames(totals) %in% c("qaly", "life_years"), "effect", "use"))
        values <- cbind(totals, society = rowSums(totals[, money]))
        data.frame(strategy = strategy, kind = c(kinds, "cost"), outcome = colnames(values),
                   discounted = full(values["discounted", ]),
                   undiscounted = full(values["undiscounted", ]))
    }))
    write_with_note(rows, "summary.csv", c(
        "Base case of inputs/studies/diabetes/payment.yaml, per person of the starting cohort:",
        "written by recompute.R, an independent computation in base R that never reads the YAML.",
        "Money: CNY of 2024; society is the sum of the four categories. use: services, counted.",
        "discounted: 5 % a year, half of each end of a cycle, moves at the end of their cycle."))
    at <- seq(0, cycles, by = 5)
    rows <- do.call(rbind, lapply(names(results), function(strategy) {
        data.frame(strategy = strategy, cycle = at,
                   apply(results[[strategy]]$trace[at + 1, ], 2, full))
    }))
    write_with_note(rows, "trace.csv", c(
        "Share of the starting cohort in each state after so many cycles (years), all strata",
        "together: written by recompute.R."))
}

# Life expectancy of people who are all prediabetic for ever and die as the table says.
life_expectancy <- function(age, sex) {
    p <- modifyList(base, list(incidence_men = 0, incidence_women = 0, hr_diabetes = 1))
    left <- 1
    years <- 0
    for (k in 0:130) {
        next_left <- left * (1 - rate_to_prob(background(age + k, sex)))
        years <- years + (left + next_left) / 2
        left <- next_left
    }
    years
}

validate <- function(results) {
    say <- function(what, ...) {
        cat(sprintf("%-78s %s\n", what, paste(sprintf("%.4g", c(...)), collapse = "  ")))
    }
    for (age in c(0, 40, 60)) {
        say(paste("life expectancy at", age, "men, women"), life_expectancy(age, "male"),
            life_expectancy(age, "female"))
    }
    pure <- function(state) as.numeric(states == state)
    whole <- function(age, sex, from, p = base) simulate(p, age, sex, pure(from))
    for (sex in c("male", "female")) {
        say(paste("life years from prediabetes and from controlled diabetes at 50,", sex),
            whole(50, sex, "prediabetes")$totals[2, "life_years"],
            whole(50, sex, "controlled")$totals[2, "life_years"])
    }
    lifetime_risk <- function(age, sex, p) {
        left <- 1
        risk <- 0
        for (k in 0:90) {
            m <- transitions(p, age + k, sex, k)
            risk <- risk + left * m["prediabetes", "undiagnosed"]
            left <- left * m["prediabetes", "prediabetes"]
        }
        risk
    }
    high <- modifyList(base, list(incidence_men = 0.0866 * 0.381 / 0.876,
                                  incidence_women = 0.0866 * 0.381 / 0.876))
    for (age in c(20, 50)) {
        say(paste("remaining lifetime risk of diabetes from prediabetes at", age, "men, women"),
            lifetime_risk(age, "male", base), lifetime_risk(age, "female", base))
        say("  with 0.083 a year", lifetime_risk(age, "male", high),
            lifetime_risk(age, "female", high))
    }
    for (sex in c("male", "female")) {
        years <- rowSums(whole(20, sex, "prediabetes")$trace[, setdiff(alive, "prediabetes")])
        say(paste("years lived with diabetes from 20,", sex), sum(years) - years[1] / 2)
    }
    complications <- function(trace) rowSums(trace[, c("micro", "macro", "both", "kidney_failure")])
    for (from in c("undiagnosed", "controlled")) {
        trace <- whole(57, "female", from)$trace
        say(paste("share of the living with a complication, 6 and 15 years after", from),
            (complications(trace) / rowSums(trace[, alive]))[c(7, 16)])
    }
    trace <- results$fee_for_service$trace
    diabetic <- rowSums(trace[, setdiff(alive, "prediabetes")])
    known <- rowSums(trace[, c(enrolled, "kidney_failure")])
    at <- c(1, 6, 11, 21)
    living <- rowSums(trace[, alive])
    say("diabetes among the living, years 0, 5, 10, 20", (diabetic / living)[at])
    say("diagnosed among diabetics", (known / diabetic)[at])
    say("controlled among diagnosed without complications",
        (trace[, "controlled"] / rowSums(trace[, c("controlled", "uncontrolled")]))[at])
    say("any complication among diagnosed", (complications(trace) / known)[at])
    say("kidney failure per 1000 diabetics", 1000 * (trace[, "kidney_failure"] / diabetic)[at])
    say("alive after 70 years", living[71])
    for (sex in c("male", "female")) {
        free <- modifyList(base, list(incidence_men = 1e-12, incidence_women = 1e-12))
        say(paste("years of life lost by a diabetic of 50,", sex),
            whole(50, sex, "prediabetes", free)$totals[2, "life_years"] -
            simulate(base, 50, sex, start_shares(base, 1))$totals[2, "life_years"])
    }
    ratio <- function(sex, age) {
        start <- start_shares(base, 1)
        one <- simulate(base, age, sex, start)$trace
        free <- whole(age, sex, "prediabetes",
                      modifyList(base, list(incidence_men = 1e-12, incidence_women = 1e-12)))$trace
        rate <- function(x) {
            x[11, "dead"] / sum((rowSums(x[1:10, alive]) + rowSums(x[2:11, alive])) / 2)
        }
        rate(one) / rate(free)
    }
    say("death rate, diabetes against none, first 10 years: men, women of 57",
        ratio("male", 57), ratio("female", 57))
    odds <- 1.53 * base$control_treated * base$treated_aware /
        (1 - base$control_treated * base$treated_aware)
    hazard <- function(beta, control) control + (1 - control) * exp(beta * base$hba1c_gap)
    usual <- base$control_treated * base$treated_aware
    say("hazard under the policy over usual, before it fades: macrovascular, microvascular",
        hazard(base$beta_macro, share_of_odds(odds)) / hazard(base$beta_macro, usual),
        hazard(base$beta_micro, share_of_odds(odds)) / hazard(base$beta_micro, usual))
    year <- rewards(base)$state
    say("money per year: plain uncontrolled, controlled, micro, macro, both, kidney failure",
        rowSums(year[c(enrolled, "kidney_failure"), c("fund", "patient", "provider")]))
}

# One change at a time: incremental cost to society, incremental QALYs, cost per QALY.
scenarios <- function() {
    money <- c("fund", "patient", "provider", "nonmedical")
    compare <- function(what, model = list(), policy = list(), ...) {
        ffs <- run(modifyList(fee_for_service, model), ...)$totals["discounted", ]
        p4p <- run(modifyList(capitation_p4p, c(model, policy)), ...)$totals["discounted", ]
        d <- p4p - ffs
        cat(sprintf("%-62s %8.1f %9.5f %9.0f\n", what, sum(d[money]), d[["qaly"]],
                    sum(d[money]) / d[["qaly"]]))
    }
    compare("base case")
    compare("the effect on control does not fade", policy = list(fade = 0))
    compare("it fades by 0.2 a year", policy = list(fade = 0.2))
    compare("odds ratio of control 2.34, no fading", policy = list(or_control = 2.34, fade = 0))
    compare("odds ratio of control 2.93, admissions -30 %, no fading",
            policy = list(or_control = 2.93, fade = 0, rr_admission = 0.7))
    compare("no effect on control, diagnosis or admissions",
            policy = list(or_control = 1, hr_diagnosis = 1, rr_admission = 1))
    compare("diagnosis not faster", policy = list(hr_diagnosis = 1))
    compare("admissions not fewer", policy = list(rr_admission = 1))
    compare("microvascular log hazard ratio 0.462 per point of HbA1c", list(beta_micro = 0.462))
    compare("microvascular log hazard ratio 0.157 per point of HbA1c", list(beta_micro = 0.157))
    compare("undiagnosed as the uncontrolled", list(undiagnosed_gap = 1))
    compare("progression from prediabetes 0.083 a year",
            list(incidence_men = 0.0866 * 0.381 / 0.876, incidence_women = 0.0866 * 0.381 / 0.876))
    compare("only people already diagnosed", list(aware = 1), diabetes_share = rep(1, nrow(strata)))
}

results <- list(fee_for_service = run(fee_for_service), capitation_p4p = run(capitation_p4p))
if ("validation" %in% commandArgs(TRUE)) {
    validate(results)
    scenarios()
} else {
    write_results(results)
}
