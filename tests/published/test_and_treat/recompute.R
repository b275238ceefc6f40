# SPDX-License-Identifier: GPL-3.0-or-later
# A diagnostic test, then thirty years: the tree by hand, the cohort by matrices.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

simulate <- function(tested, treat_positive, treat_negative) {
    ill <- 0.1
    ill_treated <- ill * (0.85 * treat_positive + 0.15 * treat_negative)
    well_treated <- (1 - ill) * (0.08 * treat_positive + 0.92 * treat_negative)
    x <- c(ill - ill_treated, ill_treated, 1 - ill - well_treated, well_treated, 0, 0)
    totals <- matrix(0, 5, 2)
    for (k in 1:30) {
        alive <- sum(x[1:5])
        once <- c(if (k == 1) 150 * tested * alive else 0, 900 * (x[2] + x[4]), 8000 * x[5],
                  sum(x * c(0.8, 0.78, 0.9, 0.88, 0.5, 0)), alive)
        totals <- totals + outer(once, c(1.03^-(k - 1), 1))
        die <- band(49 + k, c(50, 60, 70, 80), c(0.004, 0.011, 0.03, 0.09))
        die_ill <- 1 - (1 - die)^1.4
        die_severe <- 1 - (1 - 0.2)^(1 / 2)
        moves <- rbind(c(0, 0, 0, 0, 0.12, die_ill), c(0, 0, 0, 0, 0.12 * 0.45, die_ill),
                       c(0, 0, 0, 0, 0, die), c(0, 0, 0, 0, 0, die), c(0, 0, 0, 0, 0, die_severe), 0)
        x <- as.vector(x %*% (moves + diag(1 - rowSums(moves))))
    }
    rownames(totals) <- c("costs.test", "costs.drug", "costs.severe", "effects.qaly",
                          "effects.life_years")
    totals
}

write_expected("expected.csv", list(nobody = simulate(0, 0, 0), test = simulate(1, 1, 0),
                                    everybody = simulate(0, 1, 1)), "A test before a course of disease")
