# SPDX-License-Identifier: GPL-3.0-or-later
# Sick-Sicker with death by time ill, exactly: a cell for each state and number of years ill, nobody
# simulated. A person's response has the mean 1 and is independent of the life, so it drops out.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

cycles <- 30
death_rate <- -log(1 - 0.005)
discount <- 1.03^-(0:cycles)

simulate <- function(treated) {
    years <- seq_len(cycles + 1) # years ill, the year of falling ill as one
    d_S1 <- rate_to_prob(death_rate * 3 * (1 + 0.2 * years))
    d_S2 <- rate_to_prob(death_rate * 10 * (1 + 0.2 * years))
    worth <- if (treated) 0.95 - 0.03 * (years - 1) else rep(0.75, length(years))
    H <- 1
    S1 <- S2 <- numeric(cycles + 1)
    points <- matrix(0, cycles + 1, 4, dimnames = list(NULL, c("care", "treatment", "qaly", "life_years")))
    for (t in 0:cycles) {
        ill <- sum(S1) + sum(S2)
        points[t + 1, ] <- c(2000 * H + 4000 * sum(S1) + 15000 * sum(S2), 12000 * treated * ill,
                             H + sum(worth * S1) + 0.5 * sum(S2), H + ill)
        onset <- 0.15 * H
        H <- H * (1 - 0.15 - 0.005) + 0.5 * sum(S1)
        S2 <- c(0, (S2 * (1 - d_S2) + 0.105 * S1)[-(cycles + 1)])
        S1 <- c(onset, (S1 * (1 - 0.5 - 0.105 - d_S1))[-(cycles + 1)])
    }
    totals <- t(apply(points, 2, function(x) c(sum(x * discount), sum(x))))
    rownames(totals) <- c("costs.care", "costs.treatment", "effects.qaly", "effects.life_years")
    totals
}

write_expected("expected.csv", list(none = simulate(0), treatment = simulate(1)),
               "Sick-Sicker with death by time ill: what is expected of a person")
