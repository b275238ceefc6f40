# SPDX-License-Identifier: GPL-3.0-or-later
# UKPDS 82 for one person whose risk factors stay as they are, exactly: no person is simulated. Eight
# complications, three of them up to twice, make 864 histories; a year is the sum over all 256 sets of
# new events. Without Hecate, and with the coefficients typed in again by equation. The official software
# is followed where it departs from print: it does not seem to apply the term for a BMI of 25 and more in
# death after a complication. printed.csv applies it. Without Hecate, and with the coefficients typed in again.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))

age <- 57; years <- 8; horizon <- 42
bmi <- 80.7 / 1.58^2; hdl <- 3.08; ldl <- 1.19; sbp <- 139; hba1c <- 8.8
pulse <- 79; wbc <- 6.6; hb <- 14

# The scenarios of the official runs: what differs from the base case.
egfr <- 70
smoker <- 0
scenarios <- list(base = list(), smoker = list(smoker = 1), low_egfr = list(egfr = 30), mi = list(before = "mi"),
                  ihd = list(before = "ihd"), chf = list(before = "chf"), ulcer = list(before = "ulcer"))

histories <- expand.grid(mi = 0:2, stroke = 0:2, amp = 0:2, ihd = 0:1, chf = 0:1, blind = 0:1, ulcer = 0:1,
                         renal = 0:1)
h <- as.matrix(histories)
steps <- c(mi = 1, stroke = 3, amp = 9, ihd = 27, chf = 54, blind = 108, ulcer = 216, renal = 432)
sets <- as.matrix(expand.grid(rep(list(0:1), 8)))
colnames(sets) <- names(steps)
utility <- c(stroke = 0.165, amp = 0.172, ihd = 0, chf = 0.101, blind = 0, ulcer = 0.21, renal = 0.33)
costs <- read.csv(file.path(here, "../../../models/diabetes/persons/official-costs.csv"), comment.char = "#")

# In death, a year's events are those of large vessels, amputation and kidney failure, and the first of them is told
# by these six; in a year without, all eight are a history. Other readings: at the end.
six <- c("mi", "stroke", "ihd", "chf", "amp", "renal")
eight <- colnames(h)
before <- function(names) rowSums(h[, names]) > 0
within <- function(names) rowSums(sets[, names]) > 0
event_if <- within(six)
further_if <- before(six)
history_if <- before(eight)
past <- as.data.frame((h > 0) * 1)
vascular_now <- within(c("mi", "stroke", "ihd", "chf"))
becomes <- outer(seq_len(nrow(h)), drop(sets %*% steps[colnames(sets)]), `+`)

weibull <- function(xb, shape, from) 1 - exp(exp(xb) * (from^shape - (from + 1)^shape))
exponential <- function(xb) 1 - exp(-exp(xb))
logistic <- function(xb) 1 / (1 + exp(-xb))
gompertz <- function(xb, shape, from) 1 - exp(-exp(xb) / shape * (exp(shape * (from + 1)) - exp(shape * from)))

# Probability of each event within the year, by history; 0 where it can not come again.
event_probabilities <- function(women, from) {
    diagnosed <- age - years
    low <- min(egfr, 60) / 10
    high <- max(egfr - 60, 0) / 10
    l <- 10 * ldl
    first_mi <- if (women) {
        weibull(-8.708 + 0.041 * diagnosed - 0.28 * low + 0.078 * hba1c + 0.035 * max(l - 35, 0) + 0.056 * sbp / 10 +
                    0.344 * smoker + 0.07 * wbc + 0.853 * past$chf + 0.876 * past$ihd, 1.376, from)
    } else {
        exponential(-8.791 + 0.045 * diagnosed + 0.108 * hba1c - 0.049 * 10 * hdl + 0.023 * l + 0.046 * sbp / 10 +
                        0.277 * smoker + 0.026 * wbc + 0.743 * past$amp + 0.814 * past$chf + 0.846 * past$ihd + 0.448 * past$stroke)
    }
    first_stroke <- weibull(-13.053 + 0.066 * diagnosed - 0.42 * women - 0.19 * low + 0.092 * hba1c + 0.016 * l +
                                0.17 * sbp / 10 + 0.331 * smoker + 0.04 * wbc + 1.09 * past$amp + 0.481 * past$ihd, 1.466, from)
    second_stroke <- weibull(-9.431 + 0.046 * diagnosed + 0.656 * smoker, 1.956, from)
    first_amp <- ifelse(past$ulcer > 0, exponential(-0.811 - 0.065 * diagnosed),
                        weibull(-14.844 + 0.023 * diagnosed - 0.445 * women + 0.248 * hba1c - 0.059 * 10 * hdl +
                                    0.098 * pulse / 10 + 0.086 * sbp / 10 + 0.04 * wbc + 1.299 * past$stroke, 2.067, from))
    again <- function(count, first, second) ifelse(count == 0, first, ifelse(count == 1, second, 0))
    cbind(mi = again(h[, "mi"], first_mi, exponential(-4.179 + 0.021 * l)),
          stroke = again(h[, "stroke"], first_stroke, second_stroke),
          amp = again(h[, "amp"], first_amp, exponential(-3.455 + 0.127 * hba1c)),
          ihd = (1 - past$ihd) * weibull(-6.709 + 0.016 * diagnosed - 0.532 * women - 0.053 * egfr / 10 - 0.065 * 10 * hdl +
                                             0.023 * l + 0.058 * sbp / 10 + 0.526 * past$amp + 0.824 * past$chf, 1.276, from),
          chf = (1 - past$chf) * weibull(-12.332 + 0.068 * diagnosed + 0.072 * bmi - 0.22 * low + 0.012 * l +
                                             0.658 * past$amp + 0.654 * past$ulcer, 1.514, from),
          blind = (1 - past$blind) * exponential(-11.607 + 0.047 * diagnosed + 0.171 * hba1c + 0.08 * pulse / 10 +
                                                     0.068 * sbp / 10 + 0.052 * wbc + 0.841 * past$chf + 0.61 * past$ihd),
          ulcer = (1 - past$ulcer) * logistic(-11.295 + 0.043 * diagnosed - 0.962 * women + 0.053 * bmi + 0.16 * hba1c),
          renal = (1 - past$renal) * exponential(3.549 - 0.029 * diagnosed - 0.869 * women - 0.054 * bmi - 1.031 * low -
                                                     0.487 * high - 0.268 * hb + 0.027 * l + 0.085 * sbp / 10 + 0.029 * wbc +
                                                     1.108 * past$amp + 0.732 * past$blind))
}

# Probability of death in the year at age a: a row for each history, a column for each set of new events.
death_probabilities <- function(women, a, heavy) {
    n <- as.data.frame(sets)
    quiet <- ifelse(history_if,
                    gompertz(-9.207 + 1.083 * (bmi < 18.5) + heavy * (bmi >= 25) + 0.374 * smoker + 0.048 * wbc + 0.539 * past$amp +
                                 0.632 * past$chf + 1.15 * past$renal + 0.473 * past$stroke, 0.073, a),
                    gompertz(-10.908 - 0.229 * women + 0.379 * smoker, 0.098, a))
    first <- -6.916 + 0.042 * (a - age + years) + 0.058 * a + 0.124 * pulse / 10 + 0.444 * smoker - 0.734 * n$amp +
        0.423 * n$ihd + 1.309 * n$mi + 0.584 * n$renal + 0.547 * n$stroke
    further <- outer(-4.868 + 0.05 * a + 0.068 * 10 * hdl + 0.089 * wbc + 0.753 * past$amp - 0.507 * past$ihd + 0.44 * past$mi +
                         0.961 * past$renal, 0.583 * n$ihd + 0.982 * n$mi - 0.619 * n$stroke, `+`) -
        outer(ifelse(h[, "amp"] == 0, 1.267, ifelse(h[, "amp"] == 1, 1.727, 0)), n$amp)
    p <- matrix(quiet, nrow(h), nrow(sets))
    p[!further_if, event_if] <- rep(logistic(first[event_if]), each = sum(!further_if))
    p[further_if, event_if] <- logistic(further[further_if, event_if])
    p
}

prices <- function(women, a) {
    row <- costs[costs$sex == c("male", "female")[women + 1] & costs$age <= a, ]
    unlist(row[nrow(row), -(1:2)])
}
yearly <- function(now) ifelse(before(eight), drop((h > 0) %*% now[paste0(colnames(h), "_later")]), now[["none"]])

simulate <- function(women, had = NULL, heavy = 0) {
    start <- 1 + sum(steps[had])
    x <- replace(rep(0, nrow(h)), start, 1)
    free <- setNames(rep(1, 10), c(names(steps), "cvd_death", "other_death"))
    spread <- free - 1
    curves <- errors <- list()
    life <- qaly <- cost <- 0
    counts <- setNames(rep(0, 8), names(steps))
    # what was before the start is part of the utility at the start
    lasting <- setdiff(names(utility), had)
    worth <- 0.807 - rowSums(sweep((h > 0)[, lasting], 2, utility[lasting], `*`))
    for (year in seq_len(horizon)) {
        a <- age + year - 1
        p <- event_probabilities(women, years + year - 1)
        share <- matrix(x, nrow(h), nrow(sets))
        for (e in names(steps)) share <- share * (outer(p[, e], sets[, e]) + outer(1 - p[, e], 1 - sets[, e]))
        dying <- share * death_probabilities(women, a, heavy)
        staying <- share - dying
        on <- staying > 0
        next_x <- rep(0, nrow(h))
        sums <- tapply(staying[on], becomes[on], sum)
        next_x[as.integer(names(sums))] <- sums
        deaths <- c(cvd_death = sum(dying[, vascular_now]), other_death = sum(dying[, !vascular_now]))
        # Kaplan-Meier: who dies without the event leaves before the year's events are counted.
        leave <- function(e, events, at_risk) {
            q <- events / at_risk
            free[e] <<- free[e] * (1 - q)
            spread[e] <<- spread[e] + q / (1 - q) / (1000 * at_risk) # Greenwood
        }
        for (e in names(steps)) {
            first <- h[, e] == h[start, e]
            leave(e, sum((x * p[, e])[first]), sum(x[first]) - sum(dying[first, sets[, e] == 0]))
            counts[e] <- counts[e] + sum(x * p[, e])
        }
        leave("cvd_death", deaths[1], sum(x) - deaths[2])
        leave("other_death", deaths[2], sum(x) - deaths[1])
        life <- life + (sum(x) + sum(next_x)) / 2
        qaly <- qaly + (sum(worth * x) + sum(worth * next_x)) / 2 - 0.065 * sum(x * p[, "mi"])
        # Years cost by what one has at their start and their end, at the age of the start; complications by who lives through
        # their year.
        now <- prices(women, a)
        cost <- cost + (sum(yearly(now) * x) + sum(yearly(now) * next_x)) / 2 +
            sum(colSums(staying) * drop(sets %*% now[colnames(sets)])) +
            sum(colSums(dying) * drop(sets %*% now[paste0(colnames(sets), "_fatal")]))
        x <- next_x
        curves[[year]] <- c(free, alive = sum(x))
        errors[[year]] <- c(free * sqrt(spread), sqrt(sum(x) * (1 - sum(x)) / 1000))
    }
    list(life = life, qaly = qaly, cost = cost, counts = counts, curves = do.call(rbind, curves), errors = do.call(rbind, errors))
}

expectations <- function(file, heavy, years_shown, about) {
    lines <- c(about, "# Computed by recompute.R beside this file, in base R, without Hecate.", "scenario,sex,quantity,year,value,error")
    for (scenario in names(scenarios)) {
        settings <- scenarios[[scenario]]
        egfr <<- if (is.null(settings$egfr)) 70 else settings$egfr
        smoker <<- if (is.null(settings$smoker)) 0 else settings$smoker
        for (women in 0:1) {
            r <- simulate(women, settings$before, heavy)
            row <- function(quantity, year, value, error = NA) {
                cells <- sprintf("%s,%s,%s,%s,%.17g", scenario, c("male", "female")[women + 1], quantity, year, value)
                if (is.na(error)) cells else sprintf("%s,%.3g", cells, error)
            }
            lines <- c(lines, row("life_years", horizon, r$life), row("qaly", horizon, r$qaly), row("cost", horizon, r$cost),
                       sapply(names(r$counts), function(e) row(paste0("events ", e), horizon, r$counts[e])))
            for (year in years_shown) {
                lines <- c(lines, sapply(colnames(r$curves), function(e) {
                    row(e, year, r$curves[year, e], r$errors[year, match(e, colnames(r$curves))])
                }))
            }
        }
    }
    writeLines(lines, file.path(here, file))
}

# Other readings of what counts in death, against the official runs: Rscript recompute.R readings (minutes). The share of
# all numbers within two errors; of the curves of who is alive, the deviance of deaths between printed years (112 of them);
# of life expectancy, the sum of squares in errors (14).
compare_readings <- function() {
    official <- read.csv(file.path(here, "official.csv"), comment.char = "#")
    readings <- list(list("eight", "eight", "eight", -0.293), list("eight", "eight", "eight", 0), list("six", "eight", "eight", -0.293),
                     list("six", "eight", "eight", 0), list("six", "six", "eight", -0.293), list("six", "six", "eight", 0),
                     list("six", "six", "six", 0))
    lines <- c("# Readings of the equations of death against 14 official runs, by recompute.R: what is an event of the year, what decides",
               "# between first and further, what is a history in a year without, and the term for a BMI of 25 and more.",
               "event,first,history,heavy,within_two_errors,deviance_112,life_years_14")
    for (r in readings) {
        event_if <<- within(get(r[[1]]))
        further_if <<- before(get(r[[2]]))
        history_if <<- before(get(r[[3]]))
        z <- NULL
        deviance <- life <- 0
        for (scenario in names(scenarios)) {
            settings <- scenarios[[scenario]]
            egfr <<- if (is.null(settings$egfr)) 70 else settings$egfr
            smoker <<- if (is.null(settings$smoker)) 0 else settings$smoker
            for (women in 0:1) {
                exact <- simulate(women, settings$before, r[[4]])
                of <- official[official$scenario == scenario & official$sex == c("male", "female")[women + 1], ]
                for (i in seq_len(nrow(of))) {
                    what <- of$quantity[i]
                    one <- what %in% c("life_years", "qaly", "cost")
                    value <- if (one) exact[[c(life_years = "life", qaly = "qaly", cost = "cost")[what]]] else exact$curves[of$year[i], what]
                    error <- if (one) of$error[i] else exact$errors[of$year[i], match(what, colnames(exact$curves))]
                    z <- c(z, (of$value[i] - value) / error)
                    if (what == "life_years") life <- life + tail(z, 1)^2
                }
                alive <- of[of$quantity == "alive", ]
                theirs <- c(1, alive$value)
                ours <- c(1, exact$curves[alive$year, "alive"])
                q <- 1 - theirs[-1] / head(theirs, -1)
                p <- 1 - ours[-1] / head(ours, -1)
                deviance <- deviance + sum(2000 * head(theirs, -1) * (ifelse(q > 0, q * log(q / p), 0) + (1 - q) * log((1 - q) / (1 - p))))
            }
        }
        lines <- c(lines, sprintf("%s,%s,%s,%s,%.3f,%.1f,%.1f", r[[1]], r[[2]], r[[3]], r[[4]], mean(abs(z) <= 2), deviance, life))
    }
    writeLines(lines, file.path(here, "readings.csv"))
}

if (any(commandArgs(TRUE) == "readings")) {
    compare_readings()
    quit()
}
expectations("expected.csv", 0, c(1, 5, 10, 15, 20, 25, 30, 40), c(
    "# UKPDS 82, scenarios of the official runs, risk factors constant: what is expected of a person. Shares free",
    "# of a first or further event among who lives, of death of a kind, and shares alive, at the end of a year; `error`:",
    "# of such a share among 1000 simulated persons."))
expectations("printed.csv", -0.293, NULL, "# The same with the term for a BMI of 25 and more in death after a complication, as printed.")
