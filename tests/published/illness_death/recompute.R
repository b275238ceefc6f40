# SPDX-License-Identifier: GPL-3.0-or-later
# Illness and death by hazards: matrix exponentials by their power series, events by quadrature.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

# exp(A) by the series of exp(A / 2^s), squared s times
exponential <- function(A) {
    s <- max(0, ceiling(log2(max(colSums(abs(A)), 1e-300))) + 6)
    term <- total <- diag(nrow(A))
    for (i in 1:20) {
        term <- term %*% A / 2^s / i
        total <- total + term
    }
    for (i in seq_len(s)) total <- total %*% total
    total
}

# Time spent in each state within a cycle: Gauss-Legendre with 5 nodes of x exp(Q t)
nodes <- c(-0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640)
weights <- c(0.2369268850561891, 0.4786286704993665, 128 / 225, 0.4786286704993665, 0.2369268850561891)
quarter <- 0.25
time_spent <- function(x, Q) {
    at <- quarter * (nodes + 1) / 2
    Reduce(`+`, Map(function(t, w) w * quarter / 2 * as.vector(x %*% exponential(Q * t)), at, weights))
}

simulate <- function(hr_onset, hr_cause, drug_healthy, drug_ill, age, male, smoker) {
    x <- c(0.9, 0.1, 0, 0, 0)
    totals <- matrix(0, 7, 2)
    for (k in 1:80) {
        from <- (k - 1) * quarter
        other <- 4e-5 * exp(0.095 * (age + from)) * (if (male) 1.5 else 1)
        Q <- matrix(0, 5, 5)
        Q[1, 2] <- 0.025 * hr_onset * (if (smoker) 1.8 else 1)
        Q[1:3, 5] <- other
        Q[2, 3] <- 0.03 * 12
        Q[2, 4] <- 0.06 * hr_cause
        Q[3, 2] <- 0.2
        diag(Q) <- -rowSums(Q)
        y <- as.vector(x %*% exponential(Q * quarter))
        moves <- time_spent(x, Q) * Q
        discount <- rbind(1.035^-c(from, from + quarter), 1)
        state <- function(healthy, ill, remitted) {
            rate <- c(healthy, ill, remitted, 0, 0)
            quarter * (sum(rate * x) * discount[, 1] + sum(rate * y) * discount[, 2]) / 2
        }
        relapses <- moves[3, 2]
        deaths <- sum(moves[1:3, 4:5])
        totals <- totals + rbind(state(0, 300 * 365.25 / 7, 0) + 2500 * relapses * discount[, 2],
                                 4000 * deaths * discount[, 2], state(660 * drug_healthy, 660 * drug_ill, 0),
                                 state(0.95, 0.6, 0.85), state(1, 1, 1), relapses * discount[, 2],
                                 moves[2, 4] * discount[, 2])
        x <- y
    }
    totals
}

population <- function(...) {
    totals <- 0.55 * simulate(..., 45, FALSE, FALSE) + 0.3 * simulate(..., 45, TRUE, TRUE) +
        0.15 * simulate(..., 60, TRUE, FALSE)
    rownames(totals) <- c("costs.care", "costs.death", "costs.drug", "effects.qaly", "effects.life_years",
                          "effects.relapses", "effects.deaths_from_illness")
    totals
}
write_expected("expected.csv", list(usual = population(1, 1, 0, 0), prevent = population(0.7, 1, 1, 0),
                                    treat = population(1, 0.8, 0, 1), both = population(0.7, 0.8, 1, 1)),
               "Illness and death by hazards, three strata")
