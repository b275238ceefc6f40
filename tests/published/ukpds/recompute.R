# SPDX-License-Identifier: GPL-3.0-or-later
# UKPDS 82 for one person whose risk factors stay as they are, exactly: no person is simulated. Eight
# complications, three of them up to twice, make 864 histories; a year is the sum over all 256 sets of
# new events. Without Hecate, and with the coefficients typed in again by equation.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

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
steps <- c(mi = 1, stroke = 3, amp = 9, ihd = 27, chf = 54, blind = 108, ulcer = 216, renal = 432)
sets <- as.matrix(expand.grid(rep(list(0:1), 8)))
colnames(sets) <- names(steps)
utility <- c(stroke = 0.165, amp = 0.172, ihd = 0, chf = 0.101, blind = 0, ulcer = 0.21, renal = 0.33)

weibull <- function(xb, shape, from) 1 - exp(exp(xb) * (from^shape - (from + 1)^shape))
exponential <- function(xb) 1 - exp(-exp(xb))
logistic <- function(xb) 1 / (1 + exp(-xb))
gompertz <- function(xb, shape, from) 1 - exp(-exp(xb) / shape * (exp(shape * (from + 1)) - exp(shape * from)))

# Probability of each event within the year, by history; 0 where it can not come again.
event_probabilities <- function(h, women, from) {
    diagnosed <- age - years
    low <- min(egfr, 60) / 10
    high <- max(egfr - 60, 0) / 10
    l <- 10 * ldl
    past <- as.data.frame((h > 0) * 1)
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
    cbind(mi = again(h$mi, first_mi, exponential(-4.179 + 0.021 * l)),
          stroke = again(h$stroke, first_stroke, second_stroke),
          amp = again(h$amp, first_amp, exponential(-3.455 + 0.127 * hba1c)),
          ihd = (1 - h$ihd) * weibull(-6.709 + 0.016 * diagnosed - 0.532 * women - 0.053 * egfr / 10 - 0.065 * 10 * hdl +
                                          0.023 * l + 0.058 * sbp / 10 + 0.526 * past$amp + 0.824 * past$chf, 1.276, from),
          chf = (1 - h$chf) * weibull(-12.332 + 0.068 * diagnosed + 0.072 * bmi - 0.22 * low + 0.012 * l +
                                          0.658 * past$amp + 0.654 * past$ulcer, 1.514, from),
          blind = (1 - h$blind) * exponential(-11.607 + 0.047 * diagnosed + 0.171 * hba1c + 0.08 * pulse / 10 +
                                                  0.068 * sbp / 10 + 0.052 * wbc + 0.841 * past$chf + 0.61 * past$ihd),
          ulcer = (1 - h$ulcer) * logistic(-11.295 + 0.043 * diagnosed - 0.962 * women + 0.053 * bmi + 0.16 * hba1c),
          renal = (1 - h$renal) * exponential(3.549 - 0.029 * diagnosed - 0.869 * women - 0.054 * bmi - 1.031 * low -
                                                  0.487 * high - 0.268 * hb + 0.027 * l + 0.085 * sbp / 10 + 0.029 * wbc +
                                                  1.108 * past$amp + 0.732 * past$blind))
}

# Probability of death in the year, by history and set of new events, at age a.
death_probability <- function(h, new, women, a) {
    had <- rowSums(h) > 0
    past <- as.data.frame((h > 0) * 1)
    amp_first <- new["amp"] * (h$amp == 0)
    amp_again <- new["amp"] * (h$amp == 1)
    if (sum(new) == 0) {
        return(ifelse(had, gompertz(-9.207 + 1.083 * (bmi < 18.5) - 0.293 * (bmi >= 25) + 0.374 * smoker + 0.048 * wbc + 0.539 * past$amp +
                                        0.632 * past$chf + 1.15 * past$renal + 0.473 * past$stroke, 0.073, a),
                      gompertz(-10.908 - 0.229 * women + 0.379 * smoker, 0.098, a)))
    }
    ifelse(had, logistic(-4.868 + 0.05 * a + 0.068 * 10 * hdl + 0.089 * wbc - 1.267 * amp_first + 0.753 * past$amp -
                             1.727 * amp_again + 0.583 * new["ihd"] - 0.507 * past$ihd + 0.982 * new["mi"] +
                             0.44 * past$mi + 0.961 * past$renal - 0.619 * new["stroke"]),
           logistic(-6.916 + 0.042 * (a - age + years) + 0.058 * a + 0.124 * pulse / 10 + 0.444 * smoker - 0.734 * amp_first +
                        0.423 * new["ihd"] + 1.309 * new["mi"] + 0.584 * new["renal"] + 0.547 * new["stroke"]))
}

simulate <- function(women, before = NULL) {
    h <- as.data.frame(histories)
    start <- 1 + sum(steps[before])
    x <- replace(rep(0, nrow(h)), start, 1)
    free <- setNames(rep(1, 8), names(steps))
    spread <- free - 1
    curves <- errors <- list()
    life <- qaly <- 0
    counts <- setNames(rep(0, 8), names(steps))
    # what was before the start is part of the utility at the start
    lasting <- setdiff(names(utility), before)
    worth <- 0.807 - rowSums(sweep((h > 0)[, lasting], 2, utility[lasting], `*`))
    for (year in seq_len(horizon)) {
        p <- event_probabilities(h, women, years + year - 1)
        next_x <- alive_at_end <- rep(0, nrow(h))
        deaths <- 0
        for (i in seq_len(nrow(sets))) {
            new <- sets[i, ]
            share <- x
            for (e in names(steps)) share <- share * (if (new[e] > 0) p[, e] else 1 - p[, e])
            on <- share > 0
            if (!any(on)) next
            dies <- share * death_probability(h, new, women, age + year - 1)
            to <- which(on) + sum(new * steps)
            next_x[to] <- next_x[to] + (share - dies)[on]
            alive_at_end <- alive_at_end + share - dies
            qaly <- qaly - 0.065 * new["mi"] * sum(share)
        }
        for (e in names(steps)) {
            first <- h[[e]] == h[[e]][start]
            q <- sum((x * p[, e])[first]) / sum(x[first])
            free[e] <- free[e] * (1 - q)
            spread[e] <- spread[e] + q / (1 - q) / (1000 * sum(x[first])) # Greenwood
            counts[e] <- counts[e] + sum(x * p[, e])
        }
        life <- life + (sum(x) + sum(next_x)) / 2
        qaly <- qaly + sum(worth * (x + alive_at_end)) / 2
        x <- next_x
        curves[[year]] <- c(free, alive = sum(x))
        errors[[year]] <- c(free * sqrt(spread), sqrt(sum(x) * (1 - sum(x)) / 1000))
    }
    list(life = life, qaly = unname(qaly), counts = counts, curves = do.call(rbind, curves), errors = do.call(rbind, errors))
}

lines <- c("# UKPDS 82, scenarios of the official runs, risk factors constant: what is expected of a person. Shares free",
           "# of a first or further event among who lives, and shares alive, at the end of a year; `error`: of such a share",
           "# among 1000 simulated persons.",
           "# Computed by recompute.R beside this file, in base R, without Hecate.", "scenario,sex,quantity,year,value,error")
for (scenario in names(scenarios)) {
    settings <- scenarios[[scenario]]
    egfr <- if (is.null(settings$egfr)) 70 else settings$egfr
    smoker <- if (is.null(settings$smoker)) 0 else settings$smoker
    for (women in 0:1) {
        r <- simulate(women, settings$before)
        row <- function(quantity, year, value, error = NA) {
            cells <- sprintf("%s,%s,%s,%s,%.17g", scenario, c("male", "female")[women + 1], quantity, year, value)
            if (is.na(error)) cells else sprintf("%s,%.3g", cells, error)
        }
        lines <- c(lines, row("life_years", horizon, r$life), row("qaly", horizon, r$qaly),
                   sapply(names(r$counts), function(e) row(paste0("events ", e), horizon, r$counts[e])))
        for (year in c(5, 10, 20, 30, 40)) {
            lines <- c(lines, sapply(colnames(r$curves), function(e) {
                row(e, year, r$curves[year, e], r$errors[year, match(e, colnames(r$curves))])
            }))
        }
    }
}
writeLines(lines, file.path(here, "expected.csv"))

# The official software (official.csv), 1000 loops: how many of its errors lie between.
official <- read.csv(file.path(here, "official.csv"), comment.char = "#")
exact <- read.csv(file.path(here, "expected.csv"), comment.char = "#")
both <- merge(official, exact, by = c("scenario", "sex", "quantity", "year"))
if (any(commandArgs(TRUE) == "validation")) {
    both$error <- ifelse(is.na(both$error.x), both$error.y, both$error.x)
    both$z <- (both$value.x - both$value.y) / both$error
    both <- both[order(both$scenario, both$quantity, both$sex, both$year), ]
    print(both[, c("scenario", "sex", "quantity", "year", "value.x", "value.y", "z")], digits = 4, row.names = FALSE)
    cat(nrow(both), "compared; share within 2 errors:", mean(abs(both$z) <= 2), "\n")
}
