# SPDX-License-Identifier: GPL-3.0-or-later
# The study inputs/studies/diabetes/payment.yaml computed again in base R, without Hecate.
#
#   Rscript recompute.R              writes summary.csv and trace.csv beside this script
#   Rscript recompute.R scenarios    prints one change at a time, for the page of the study
#
# The base values are stated again here on purpose; where they come from is in parameters.yaml.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
life_table <- read.csv(file.path(here, "../../../inputs/lifetables/china-2020-2025.csv"),
                       comment.char = "#")
strata <- read.csv(file.path(here, "../strata.csv"), comment.char = "#")
cycles <- 70
discount <- 0.05
states <- c("normal", "prediabetes", "programme", "undiagnosed", "undiagnosed_micro", "diagnosed",
            "micro", "macro", "both", "kidney_failure", "dead")
alive <- setdiff(states, "dead")
enrolled <- c("diagnosed", "micro", "macro", "both")
tested <- c("normal", "prediabetes", "undiagnosed", "undiagnosed_micro")
diabetic <- c("undiagnosed", "undiagnosed_micro", enrolled, "kidney_failure")
complicated <- c("undiagnosed_micro", "micro", "macro", "both", "kidney_failure")

# ---- base values ---------------------------------------------------------------------------------

cpi_2021 <- 1.020 * 1.002 * 1.002
cpi_2020 <- 1.0098 * cpi_2021
cpi_2013 <- 1.0192 * 1.0144 * 1.0200 * 1.0159 * 1.0207 * 1.0290 * 1.0242 * cpi_2020
cpi_2012 <- 1.0262 * cpi_2013

base <- list(
    incidence_men = 0.01469, incidence_women = 0.01104, prediabetes_prevalence = 0.381,
    diabetes_prevalence = 0.124, r_return = 0.04651, r_relapse_men = 0.0738, r_relapse_women = 0.0512,
    calls = 0, attends = 0.6, test_sensitivity = 0.6, p_joins = 0, rr_lifestyle = 0.57, r_leaves = 0.105,
    aware = 0.367, control_treated = 0.501, treated_aware = 0.329 / 0.367,
    any_complication = 0.325, share_micro = 0.223 / 0.533, share_macro = 0.133 / 0.533,
    r_diagnosis = 0.053, hr_diagnosis = 1,
    or_control = 1, less_sbp = 0, less_ldl = 0, fade = 0,
    hba1c_gap = 2, gap_undiagnosed = 0.5, beta_micro = 0.27, beta_macro = 0.099,
    rr_sbp_micro = sqrt(0.83 * 0.87), rr_sbp_macro = sqrt(0.73 * 0.88), rr_ldl_macro = 0.79,
    r_micro = 0.0200, r_macro = 0.0188, age_macro = 57, beta_age = 0.045,
    hr_macro_micro_men = 1.58, hr_macro_micro_women = 1.48, r_kidney_failure = 7233 / 4.9e6 / 0.31,
    hr_diabetes = 2, age_death_ratio = 65, slope_death_ratio = log(5.0 / 2.8) / 28, hr_prediabetes = 1.08,
    prevalence_45 = 0.17, hr_death_micro_men = 2.08, hr_death_micro_women = 1.79,
    hr_death_macro = exp(0.5888), fatal_macro = (0.11 + 0.059) / 2, r_death_kidney = 0.0978,
    u_prediabetes = 0.94, u_diabetes = 0.906, loss_micro = 0.057, loss_macro = (0.074 + 0.16) / 2,
    loss_kidney = 0.164,
    gp_visits = 4, tests = 3.8, admissions_plain = 0.10, admissions_complicated = 0.30,
    rr_admission = 1, capitated = 0,
    c_gp_visit = 15, c_test = 20, price_cut = 0.48,
    c_clinic_care = (1 - 0.634) * 4536.90 * cpi_2012 - 136, c_pressure = 365 * (0.83 + 0.53 + 1.6) / 3 * cpi_2021,
    sbp_per_drug = 8, c_lipid = 200, ldl_per_drug = 1, c_glucose_test = 10, c_programme = 371 * 6.73, subsidy = 0,
    c_micro_care = 2906.55 * cpi_2012, c_macro_care = (8521.80 - 4536.90) * cpi_2012,
    c_admission = 0.2861 * 11707 + 0.7139 * 7408, c_event = (21176 + 16583) / 2 * cpi_2020,
    c_dialysis = 94760.5 * cpi_2013,
    fund_inpatient = 0.2861 * 0.756 + 0.7139 * 0.597,
    fund_outpatient = 0.2861 * 0.760 + 0.7139 * 0.50, fund_dialysis = 0.87,
    nonmedical = 180.8 / 1320.9, capitation = 0, withheld = 0.30)

strategies <- list(
    today = list(),
    capitation_p4p = list(capitated = 1, capitation = 200, or_control = 1.53, less_sbp = 1.76, fade = 0.1,
                          hr_diagnosis = 1.2, rr_admission = 0.9, gp_visits = 4 + 2, tests = 6.4),
    prevention = list(calls = 0.5, p_joins = 0.5, subsidy = 600))

# ---- the model -----------------------------------------------------------------------------------

background <- function(age, sex) {
    of_sex <- life_table[life_table$sex == sex, ]
    of_sex$mx[of_sex$age == min(age, max(of_sex$age))]
}

control_usual <- function(p) p$control_treated * p$treated_aware

control_at <- function(p, t) {
    usual <- control_usual(p)
    odds <- usual / (1 - usual) * p$or_control^exp(-p$fade * t)
    odds / (1 + odds)
}

# Relative hazards: of the diagnosed, against care as usual, and of the undiagnosed.
relative <- function(p, t) {
    left <- exp(-p$fade * t)
    mean_over <- function(share, beta) share + (1 - share) * exp(beta * p$hba1c_gap)
    glucose <- function(beta) mean_over(control_at(p, t), beta) / mean_over(control_usual(p), beta)
    list(micro = glucose(p$beta_micro) * p$rr_sbp_micro^(left * p$less_sbp / 10),
         macro = glucose(p$beta_macro) * p$rr_sbp_macro^(left * p$less_sbp / 10) * p$rr_ldl_macro^(left * p$less_ldl),
         micro_hidden = exp(p$beta_micro * p$gap_undiagnosed),
         macro_hidden = exp(p$beta_macro * p$gap_undiagnosed))
}

macro_rate <- function(p, age) p$r_macro * exp(p$beta_age * (age - p$age_macro))

start_shares <- function(p, s) {
    rr <- relative(p, 0)
    known <- s$diabetes_share * p$aware * s$or_aware / (1 - p$aware + p$aware * s$or_aware)
    hidden <- s$diabetes_share - known
    silent <- p$r_micro * rr$micro_hidden
    silent <- silent / (silent + macro_rate(p, s$age) * rr$macro_hidden + p$r_diagnosis)
    ill <- known * p$any_complication
    c(0, 1 - s$diabetes_share, 0, hidden * (1 - silent), hidden * silent, known - ill,
      ill * p$share_micro, ill * p$share_macro, ill * (1 - p$share_micro - p$share_macro), 0, 0)
}

# Hazards of every move, per year; with it, first macrovascular events and diagnoses in each state.
hazards <- function(p, age, sex, t) {
    men <- sex == "male"
    rr <- relative(p, t)
    hr_micro <- if (men) p$hr_death_micro_men else p$hr_death_micro_women
    known <- max(1, p$hr_diabetes * exp(-p$slope_death_ratio * (age - p$age_death_ratio)))
    mix <- 1 + p$any_complication *
        (p$share_micro * (hr_micro - 1) + p$share_macro * (p$hr_death_macro - 1) +
         (1 - p$share_micro - p$share_macro) * (hr_micro * p$hr_death_macro - 1))
    without <- background(age, sex) / (1 + p$prevalence_45 * (known - 1))
    prediabetic <- p$prediabetes_prevalence / (1 - p$diabetes_prevalence)
    normal <- without / (1 + prediabetic * (p$hr_prediabetes - 1))
    macro <- macro_rate(p, age)
    after_micro <- if (men) p$hr_macro_micro_men else p$hr_macro_micro_women
    killed <- macro * p$fatal_macro * (1 - p$any_complication * (1 - p$share_micro * after_micro))
    plain <- max(without, (without * known - killed) / mix)

    onset <- (if (men) p$incidence_men else p$incidence_women) / prediabetic
    found <- p$calls * p$attends * p$test_sensitivity
    diagnosis <- p$r_diagnosis * p$hr_diagnosis + found

    q <- matrix(0, length(states), length(states), dimnames = list(states, states))
    q["normal", "prediabetes"] <- if (men) p$r_relapse_men else p$r_relapse_women
    q[c("prediabetes", "programme"), "normal"] <- p$r_return
    q["prediabetes", "programme"] <- found * p$p_joins
    q["programme", "prediabetes"] <- p$r_leaves
    q["prediabetes", "undiagnosed"] <- onset
    q["programme", "diagnosed"] <- onset * p$rr_lifestyle
    q["undiagnosed", "diagnosed"] <- q["undiagnosed_micro", "micro"] <- diagnosis
    q["undiagnosed", "undiagnosed_micro"] <- p$r_micro * rr$micro_hidden
    q["diagnosed", "micro"] <- q["macro", "both"] <- p$r_micro * rr$micro
    q["undiagnosed_micro", "kidney_failure"] <- p$r_kidney_failure * rr$micro_hidden
    q[c("micro", "both"), "kidney_failure"] <- p$r_kidney_failure * rr$micro

    q[, "dead"] <- c(normal, normal * p$hr_prediabetes, normal * p$hr_prediabetes, plain,
                     plain * hr_micro, plain, plain * hr_micro, plain * p$hr_death_macro,
                     plain * hr_micro * p$hr_death_macro,
                     max(plain * hr_micro * p$hr_death_macro, p$r_death_kidney), 0)
    events <- diagnoses <- setNames(numeric(length(states)), states)
    diagnoses[c("undiagnosed", "undiagnosed_micro")] <- diagnosis
    first <- list(list("undiagnosed", "macro", macro * rr$macro_hidden),
                  list("undiagnosed_micro", "both", macro * rr$macro_hidden * after_micro),
                  list("diagnosed", "macro", macro * rr$macro),
                  list("micro", "both", macro * rr$macro * after_micro))
    for (event in first) {
        events[event[[1]]] <- event[[3]]
        q[event[[1]], event[[2]]] <- event[[3]] * (1 - p$fatal_macro)
        q[event[[1]], "dead"] <- q[event[[1]], "dead"] + event[[3]] * p$fatal_macro
    }
    diag(q) <- -rowSums(q)
    list(moves = q, events = events, diagnoses = diagnoses)
}

# exp(m), by a series after halving and squaring afterwards.
matrix_exp <- function(m) {
    halvings <- max(0, ceiling(log2(max(rowSums(abs(m))) / 0.25)))
    m <- m / 2^halvings
    term <- total <- diag(nrow(m))
    for (k in 1:16) {
        term <- term %*% m / k
        total <- total + term
    }
    for (k in seq_len(halvings)) total <- total %*% total
    total
}

# Services used per year in a state.
service_names <- c("gp_visit", "test", "drugs", "clinic_care", "pressure_drugs", "lipid_drugs", "micro_care",
                   "macro_care", "admission", "event_admission", "dialysis", "glucose_test", "programme")

service_use <- function(p, t, h) {
    use <- matrix(0, length(states), length(service_names), dimnames = list(states, service_names))
    usual <- control_usual(p)
    control <- control_at(p, t)
    use[, "gp_visit"] <- use[, "test"] <- h$diagnoses      # the first of each
    use[enrolled, "gp_visit"] <- p$gp_visits
    use[enrolled, "test"] <- p$tests
    use[, "event_admission"] <- h$events
    use[enrolled, "drugs"] <- 1
    use[enrolled, "clinic_care"] <- 1
    use["diagnosed", "drugs"] <- control + (1 - control) * (p$treated_aware - usual) / (1 - usual)
    use[enrolled, "pressure_drugs"] <- exp(-p$fade * t) * p$less_sbp / p$sbp_per_drug
    use[enrolled, "lipid_drugs"] <- exp(-p$fade * t) * p$less_ldl / p$ldl_per_drug
    use[c("micro", "both"), "micro_care"] <- 1
    use[c("macro", "both"), "macro_care"] <- 1
    use["diagnosed", "admission"] <- p$admissions_plain * p$rr_admission
    use[c("micro", "macro", "both"), "admission"] <- p$admissions_complicated * p$rr_admission
    use["kidney_failure", "dialysis"] <- 1
    use[tested, "glucose_test"] <- p$calls * p$attends
    use["programme", "programme"] <- 1
    use
}

money <- c("fund", "patient", "provider", "fiscal", "nonmedical")

prices <- function(p) {
    row <- function(fund = 0, patient = 0, provider = 0, fiscal = 0) c(fund, patient, provider, fiscal)
    split <- function(price, fund) row(price * fund, price * (1 - fund))
    primary <- function(price) (1 - p$capitated) * split(price, p$fund_outpatient) +
        row(provider = price * p$capitated)
    outside <- function(price) split(price, p$fund_outpatient)
    table <- rbind(gp_visit = primary(p$c_gp_visit), test = primary(p$c_test),
                   drugs = outside((1 - p$price_cut) * 0.634 * 4536.90 * cpi_2012),
                   clinic_care = outside(p$c_clinic_care),
                   pressure_drugs = outside(p$c_pressure), lipid_drugs = outside(p$c_lipid),
                   micro_care = outside(p$c_micro_care), macro_care = outside(p$c_macro_care),
                   admission = split(p$c_admission, p$fund_inpatient),
                   event_admission = split(p$c_event, p$fund_inpatient),
                   dialysis = split(p$c_dialysis, p$fund_dialysis),
                   glucose_test = row(fiscal = p$c_glucose_test),
                   programme = row(fund = p$subsidy, provider = p$c_programme - p$subsidy))
    colnames(table) <- money[1:4]
    table
}

# What a year in each state yields at time t: one column for every outcome.
state_rewards <- function(p, t, h) {
    use <- service_use(p, t, h)
    price <- prices(p)
    member <- function(set) as.numeric(states %in% set)
    fee <- member(enrolled) * p$capitation * (1 - p$withheld + p$withheld * control_at(p, t))
    utility <- c(rep(p$u_prediabetes, 3), p$u_diabetes, p$u_diabetes - p$loss_micro, p$u_diabetes,
                 p$u_diabetes - p$loss_micro, p$u_diabetes - p$loss_macro,
                 p$u_diabetes - p$loss_micro - p$loss_macro, p$u_diabetes - p$loss_kidney, 0)
    paid <- use %*% price
    paid[, "fund"] <- paid[, "fund"] + fee
    paid[, "provider"] <- paid[, "provider"] - fee
    outpatient <- c("drugs", "clinic_care", "micro_care", "macro_care")
    nonmedical <- p$nonmedical * (use[, outpatient] %*% rowSums(price[outpatient, ]))
    cbind(qaly = utility, life_years = member(alive), diabetes = member(diabetic),
          known = member(c(enrolled, "kidney_failure")), controlled = member(enrolled) * control_at(p, t),
          complicated = member(complicated), paid, nonmedical = nonmedical[, 1], use)
}

# One stratum: half of each cycle's start and end, each discounted at its own point.
simulate <- function(p, age, sex, start) {
    trace <- matrix(0, cycles + 1, length(states), dimnames = list(NULL, states))
    trace[1, ] <- start
    totals <- 0
    for (k in seq_len(cycles)) {
        h <- hazards(p, age + k - 1, sex, k - 1)
        moves <- matrix_exp(h$moves)
        stopifnot(all(moves > -1e-15), all(abs(rowSums(moves) - 1) < 1e-12))
        trace[k + 1, ] <- trace[k, ] %*% moves
        v <- rbind(discounted = (1 + discount)^-c(k - 1, k), undiscounted = 1)
        reward <- state_rewards(p, k - 1, h)
        totals <- totals + 0.5 * outer(v[, 1], (trace[k, ] %*% reward)[1, ]) +
            0.5 * outer(v[, 2], (trace[k + 1, ] %*% reward)[1, ])
    }
    list(totals = totals, trace = trace)
}

run <- function(p, people = strata) {
    totals <- trace <- 0
    for (i in seq_len(nrow(people))) {
        s <- people[i, ]
        one <- simulate(p, s$age, s$sex, start_shares(p, s))
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
    rows <- do.call(rbind, lapply(names(results), function(strategy) {
        totals <- results[[strategy]]$totals
        kinds <- ifelse(colnames(totals) %in% money, "cost",
                        ifelse(colnames(totals) %in% service_names, "use", "effect"))
        values <- cbind(totals, society = rowSums(totals[, money]))
        data.frame(strategy = strategy, kind = c(kinds, "cost"), outcome = colnames(values),
                   discounted = full(values["discounted", ]),
                   undiscounted = full(values["undiscounted", ]))
    }))
    write_with_note(rows, "summary.csv", c(
        "Base case of inputs/studies/diabetes/payment.yaml, per person of the starting cohort:",
        "written by recompute.R, an independent computation in base R that never reads the YAML.",
        "Money: CNY of 2024; society is the sum of the five categories. use: services, counted.",
        "discounted: 5 % a year, half of each end of a cycle."))
    at <- seq(0, cycles, by = 5)
    rows <- do.call(rbind, lapply(names(results), function(strategy) {
        data.frame(strategy = strategy, cycle = at,
                   apply(results[[strategy]]$trace[at + 1, ], 2, full))
    }))
    write_with_note(rows, "trace.csv", c(
        "Share of the starting cohort in each state after so many cycles (years), all strata",
        "together: written by recompute.R."))
}

# One change at a time: incremental cost to society, incremental QALYs, cost per QALY.
scenarios <- function() {
    compare <- function(policy, what, model = list(), change = list(), people = strata) {
        usual <- run(modifyList(base, model), people)$totals["discounted", ]
        new <- run(modifyList(modifyList(modifyList(base, model), strategies[[policy]]), change), people)
        d <- new$totals["discounted", ] - usual
        cat(sprintf("%-15s %-62s %8.1f %9.5f %9.0f %9.1f\n", policy, what, sum(d[money]), d[["qaly"]],
                    sum(d[money]) / d[["qaly"]], d[["fund"]]))
    }
    p4p <- function(...) compare("capitation_p4p", ...)
    p4p("base case")
    p4p("effects do not fade", change = list(fade = 0))
    p4p("they fade by 0.2 a year", change = list(fade = 0.2))
    p4p("no effect on blood pressure", change = list(less_sbp = 0))
    p4p("blood pressure alone", change = list(or_control = 1))
    p4p("LDL lower by 0.1 mmol/L too", change = list(less_ldl = 0.1))
    p4p("Zhao 2025: odds ratio 2.34, 11.1 mmHg, no fading", change = list(or_control = 2.34, less_sbp = 11.1, fade = 0))
    p4p("claims: odds ratio 2.93, admissions -30 %, no fading",
        change = list(or_control = 2.93, fade = 0, rr_admission = 0.7))
    p4p("no effect on health or admissions",
        change = list(or_control = 1, less_sbp = 0, hr_diagnosis = 1, rr_admission = 1))
    p4p("diagnosis not faster", change = list(hr_diagnosis = 1))
    p4p("admissions not fewer", change = list(rr_admission = 1))
    p4p("microvascular log hazard ratio 0.462 per point of HbA1c", list(beta_micro = 0.462))
    p4p("microvascular log hazard ratio 0.157 per point of HbA1c", list(beta_micro = 0.157))
    p4p("diagnosis worth nothing in HbA1c", list(gap_undiagnosed = 0))
    p4p("diagnosis worth 1 point of HbA1c", list(gap_undiagnosed = 1))
    p4p("drugs before procurement", list(price_cut = 0))
    p4p("ratio of death the same at all ages", list(slope_death_ratio = 0))
    p4p("  and 1.56, as Tian 2024", list(slope_death_ratio = 0, hr_diabetes = 1.56))
    p4p("  and 2.8, as Da Qing", list(slope_death_ratio = 0, hr_diabetes = 2.8))
    known <- strata
    known$diabetes_share <- 1
    p4p("only people already diagnosed", list(aware = 1), people = known)
    prevention <- function(...) compare("prevention", ...)
    prevention("base case")
    prevention("screening alone", change = list(p_joins = 0))
    prevention("everybody joins and stays", change = list(p_joins = 1, r_leaves = 0))
    prevention("a programme costs what the subsidy pays", list(c_programme = 600))
    prevention("progression of 0.083 a year (0.0866)",
               list(incidence_men = 0.0866 * 0.381 / 0.876, incidence_women = 0.0866 * 0.381 / 0.876))
    prevention("nobody returns to normal by himself", list(r_return = 0))
    prevention("three times as many return (0.134)", list(r_return = 0.134))
    prevention("lifestyle 0.41", list(rr_lifestyle = 0.41))
    prevention("lifestyle 0.81", list(rr_lifestyle = 0.81))
    prevention("diagnosis worth nothing in HbA1c", list(gap_undiagnosed = 0))
    prevention("diagnosis worth 1 point", list(gap_undiagnosed = 1))
}

if ("scenarios" %in% commandArgs(TRUE)) {
    scenarios()
} else {
    write_results(lapply(strategies, function(set) run(modifyList(base, set))))
}
