# SPDX-License-Identifier: GPL-3.0-or-later
# Sick-Sicker with age-dependent mortality, and by time in S1 with explicit tunnel states.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

life_table <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
cycles <- 75
death_rate <- life_table$mx[match(25 + 0:(cycles - 1), life_table$age)]
weights <- c(1 / 3, ifelse((2:cycles) %% 2 == 0, 2 / 3, 4 / 3), 1 / 3)
discount <- 1.03^-(0:cycles)

simulate <- function(hr_worsen, u_S1, c_treatment, residence) {
    tunnels <- if (residence) cycles else 1
    k <- seq_len(tunnels)
    hazard <- if (residence) (k * 0.08)^1.1 - ((k - 1) * 0.08)^1.1 else 0.105
    p_worsen <- rate_to_prob(hazard * hr_worsen)
    p_HS1 <- rate_to_prob(0.15)
    p_S1H <- rate_to_prob(0.5)
    H <- 1
    S1 <- numeric(tunnels)
    S2 <- D <- 0
    trace <- rbind(c(1, 0, 0, 0), matrix(0, cycles, 4))
    onset <- death <- numeric(cycles + 1)
    for (t in seq_len(cycles)) {
        d_H <- rate_to_prob(death_rate[t])
        d_S1 <- rate_to_prob(death_rate[t] * 3)
        d_S2 <- rate_to_prob(death_rate[t] * 10)
        onset[t + 1] <- H * (1 - d_H) * p_HS1
        death[t + 1] <- H * d_H + sum(S1) * d_S1 + S2 * d_S2
        stay <- S1 * (1 - d_S1) * (1 - p_S1H - p_worsen)
        S2 <- S2 * (1 - d_S2) + sum(S1 * (1 - d_S1) * p_worsen)
        H <- H * (1 - d_H) * (1 - p_HS1) + sum(S1) * (1 - d_S1) * p_S1H
        S1 <- if (residence) c(onset[t + 1], stay[-tunnels]) else onset[t + 1] + stay
        D <- D + death[t + 1]
        trace[t + 1, ] <- c(H, sum(S1), S2, D)
    }
    total <- function(points) c(sum(points * weights * discount), sum(points * weights))
    rbind(costs.care = total(trace %*% c(2000, 4000, 15000, 0)),
          costs.acute = total(1000 * onset),
          costs.death = total(2000 * death),
          costs.treatment = total(trace %*% c(0, c_treatment, c_treatment, 0)),
          effects.qaly = total(trace %*% c(1, u_S1, 0.5, 0) - 0.01 * onset),
          effects.life_years = total(trace %*% c(1, 1, 1, 0)))
}

strategies <- function(residence) {
    list(SoC = simulate(1, 0.75, 0, residence), A = simulate(1, 0.95, 12000, residence),
         B = simulate(0.6, 0.75, 13000, residence), AB = simulate(0.6, 0.95, 25000, residence))
}
write_expected("expected.csv", strategies(FALSE), "Sick-Sicker, death by age")
write_expected("expected-residence.csv", strategies(TRUE), "Sick-Sicker, death by age, S2 by time in S1")
