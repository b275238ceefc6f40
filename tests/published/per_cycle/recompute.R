# SPDX-License-Identifier: GPL-3.0-or-later
# Relapsing disease by cycles of two weeks, Simpson's rule.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

cycles <- 78
weeks2 <- 14 / 365.25
weights <- c(1, rep(c(4, 2), length.out = cycles - 1), 1) / 3

simulate <- function(arm) {
    effectiveness <- list(c(1, 1, 1), c(0.7, 0.8, 0.9), c(0.5, 0.6, 0.75))[[arm]]
    price <- c(0, 410, 690)[arm]
    x <- c(0.7, 0.25, 0.05, 0)
    totals <- matrix(0, 4, 2)
    for (k in seq_len(cycles)) {
        rr <- (if (arm == 1) 1 else if (k <= 26) 0.6 else 0.8) * band(k, c(1, 13, 27), effectiveness)
        up <- approx(c(1, 10, 78), c(1, 1.4, 1.1), k)$y
        season <- band(k, c(1, 20, 40, 60), c(1, 1.3, 0.9, 1.05))
        moves <- rbind(c(0, 0.07 * rr * season, 0.03 * up, 0.0004), c(0.6, 0, 0.1, 3 * 0.0004),
                       c(0.01, 0, 0, 0.0004), 0)
        y <- as.vector(x %*% (moves + diag(1 - rowSums(moves))))
        # a point between two cycles belongs half to each
        share <- weights[k + 0:1] * c(if (k == 1) 1 else 0.5, if (k == cycles) 1 else 0.5)
        t <- c(k - 1, k) * weeks2
        count <- function(per_cycle, rate) {
            points <- c(sum(per_cycle * x), sum(per_cycle * y)) * share
            c(sum(points * (1 + rate)^-t), sum(points))
        }
        utility <- c(0.7 + min(k * 0.02, 0.3) * 0.1, 0.45, 0.9, 0)
        totals <- totals + rbind(count(c(85, 85 + 1200, 0.2 * 85, 0), 0.04),
                                 count(c(price, price, 0, 0), 0.04), count(utility * weeks2, 0.015),
                                 count(c(1, 1, 1, 0) * weeks2, 0.015))
        x <- y
    }
    rownames(totals) <- c("costs.care", "costs.drug", "effects.qaly", "effects.life_years")
    totals
}

write_expected("expected.csv", list(placebo = simulate(1), low = simulate(2), high = simulate(3)),
               "Relapsing disease, by cycles of two weeks")
