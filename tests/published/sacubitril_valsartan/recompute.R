# SPDX-License-Identifier: GPL-3.0-or-later
# Sacubitril-valsartan against valsartan: the same chain by months, two sexes, counted at the start.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

life_table <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
month <- 1 / 12
kinds <- c("hf", "stroke", "chd")
incidence <- c(0.0028, 0.0035, 0.0102)
fatal <- c(0.0280, 0.0156, 0.0260)
later_death <- 1 - (1 - c(0.0646, 0.0988, 0.1218))^month
hr5 <- c(0.83, 0.85, 0.95)
u_event <- c(0.63, 0.55, 0.60)
u_after <- c(0.73, 0.65, 0.70)
c_event <- c(9789.6, 16213.6, 18183)
c_after <- c(15872.4, 13265.9, 17644)

one_sex <- function(sex, less, drug, more) {
    deaths <- life_table[life_table$sex == sex, ]
    well <- 1
    event <- after <- c(0, 0, 0)
    totals <- matrix(0, 5, 2)
    for (k in 1:480) {
        from <- (k - 1) * month
        alive <- well + sum(event) + sum(after)
        now <- c(12 * drug * well * month, sum(event * c_event), sum(after * c_after) * month,
                 (0.96 * well + sum(event * u_event) + sum(after * u_after)) * month, alive * month)
        totals <- totals + cbind(now * (1 + 0.04 / 12)^-(k - 1), now)
        natural <- rate_to_prob(more * band(60 + from, deaths$age, deaths$mx), month)
        p <- (1 - natural) * (1 - (1 - incidence)^(month * hr5^(less / 5)))
        after <- after * (1 - pmax(later_death, natural)) + event * (1 - fatal)
        event <- well * p
        well <- well * (1 - natural) - sum(event)
    }
    totals
}

simulate <- function(less, drug, men = 0.5, more = 1.11) {
    totals <- men * one_sex("male", less, drug, more) + (1 - men) * one_sex("female", less, drug, more)
    rownames(totals) <- c("costs.drug", "costs.event", "costs.care", "effects.qaly", "effects.life_years")
    totals
}

write_expected("expected.csv",
               list(valsartan = simulate(0, 240), sacubitril_valsartan = simulate(5.97, 324.6)),
               "Sacubitril-valsartan against valsartan for hypertension at 60, China")
