# SPDX-License-Identifier: GPL-3.0-or-later
# A small model at the means of a file of draws and of a file of patients.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

posterior <- read.csv(file.path(here, "posterior.csv"))
patients <- read.csv(file.path(here, "patients.csv"))

simulate <- function(rr, drug) {
    x <- c(1, 0)
    totals <- matrix(0, 4, 2)
    for (k in 1:10) {
        fall_ill <- plogis(mean(posterior$b0) + mean(posterior$b_age) * (k - 1)) * rr
        y <- c(x[1] * (1 - fall_ill - 0.01), x[1] * fall_ill + x[2] * 0.9)
        half_cycle <- function(rate) {
            points <- c(sum(rate * x), sum(rate * y)) / 2
            c(sum(points * 1.03^-c(k - 1, k)), sum(points))
        }
        totals <- totals + rbind(half_cycle(c(0, mean(patients$cost))), half_cycle(c(drug, 0)),
                                 half_cycle(c(0.9, mean(patients$utility))), half_cycle(c(1, 1)))
        x <- y
    }
    rownames(totals) <- c("costs.care", "costs.drug", "effects.qaly", "effects.life_years")
    totals
}

write_expected("expected.csv", list(usual = simulate(1, 0), a = simulate(0.7, 500), b = simulate(0.8, 300),
                                    c = simulate(0.9 * 0.7, 900)), "A model with parameters drawn elsewhere")
