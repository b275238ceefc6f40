# SPDX-License-Identifier: GPL-3.0-or-later
# Vaccination by half-years: four strata, the vaccinated by time since vaccination.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

prices <- read.csv(file.path(here, "prices.csv"), comment.char = "#")
cycles <- 24
half <- 0.5

death_rate <- function(age, sex) {
    band(age, c(20, 40, 60), if (sex == "male") c(0.0009, 0.0022, 0.0105) else c(0.0004, 0.0012, 0.006))
}

simulate <- function(reach, age_at_start, sex) {
    susceptible <- 1
    vaccinated <- numeric(cycles + 1)
    ill <- sequela <- 0
    totals <- matrix(0, 11, 2)
    waning <- approx(c(0, 1, 5, 10), c(1, 0.9, 0.3, 0), 0:cycles * half, rule = 2)$y
    for (k in seq_len(cycles)) {
        t <- (k - 1) * half
        year <- 2025 + floor(t + 1e-9)
        index <- approx(prices$year, prices$index, year)$y
        die <- rate_to_prob(death_rate(age_at_start + t, sex), half)
        infection <- rate_to_prob(0.08, half)
        breakthrough <- rate_to_prob(0.08 * (1 - 0.7 * waning), half)
        coverage <- band(year, c(2025, 2026, 2028), c(0.2, 0.35, 0.5))
        vaccination <- if (t < 4) 1 - (1 - coverage * reach)^half else 0
        hospital <- 0.05 * (if (sex == "male") 1.3 else 1)
        p_sequela <- (1 - die) * 0.3 * hospital / 0.1
        doses <- susceptible * (1 - die) * (1 - infection) * vaccination
        cases <- susceptible * (1 - die) * infection + sum(vaccinated * (1 - die) * breakthrough)
        after <- list(
            susceptible = susceptible * (1 - die) * (1 - infection) * (1 - vaccination) +
                ill * (1 - p_sequela - die),
            vaccinated = c(doses, (vaccinated * (1 - die) * (1 - breakthrough))[seq_len(cycles)]),
            ill = cases, sequela = sequela * (1 - die)^2 + ill * p_sequela)
        mean_of <- function(from, to) half * (sum(from) + sum(to)) / 2
        healthy <- mean_of(susceptible, after$susceptible) + mean_of(vaccinated, after$vaccinated)
        sick <- mean_of(ill, after$ill)
        lasting <- mean_of(sequela, after$sequela)
        use <- c(dose = 2 * doses, visit = doses + cases + 3 * sick + 6 * lasting,
                 admission = hospital * cases, lost_day = 12 * sick)
        costs <- index * c(60 * use[1] + 45 * 0.9 * use[2] + 5200 * use[3], 45 * 0.1 * use[2], 140 * use[4])
        effects <- c(0.92 * healthy + 0.7 * sick + 0.6 * lasting - 0.005 * cases,
                     healthy + sick + lasting, lasting, cases)
        middle <- t + half / 2
        discount <- c(rep(exp(-0.03 * min(middle, 5) - 0.02 * max(middle - 5, 0)), 3),
                      rep(exp(-0.015 * middle), 4), rep(1, 4))
        totals <- totals + c(costs, effects, use) * cbind(discount, 1)
        susceptible <- after$susceptible
        vaccinated <- after$vaccinated
        ill <- after$ill
        sequela <- after$sequela
    }
    payers <- totals[1:3, ]
    rownames(totals) <- c("costs.payer", "costs.household", "costs.employer", "effects.qaly",
                          "effects.life_years", "effects.years_sequela", "effects.cases",
                          "use.dose", "use.visit", "use.admission", "use.lost_day")
    rbind(totals, perspectives.society = colSums(payers), perspectives.payer = payers[1, ],
          perspectives.household = payers[2, ] + payers[3, ])
}

population <- function(reach) {
    0.3 * simulate(reach, 20, "female") + 0.3 * simulate(reach, 20, "male") +
        0.25 * simulate(reach, 45, "female") + 0.15 * simulate(reach, 45, "male")
}
write_expected("expected.csv", list(none = population(0), campaign = population(1), half = population(0.5)),
               "Vaccination in four strata")
