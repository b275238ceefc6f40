# SPDX-License-Identifier: GPL-3.0-or-later
# Partitioned survival with a cured fraction: each curve from its own formula, by months.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

life_table <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
months <- 0:360
t <- months / 12

# survival against all causes from `age` on: the rate of each whole year of age, the part of it lived
background <- function(age, sex) {
    rates <- life_table$mx[life_table$sex == sex]
    at <- function(a) rates[pmin(a, 100) - 50 + 1]
    sapply(months, function(m) {
        years <- m %/% 12
        exp(-(sum(at(age + seq_len(years) - 1)) + at(age + years) * (m %% 12) / 12))
    })
}

steps <- c(1, 0.78, 0.55, 0.38, 0.29, 0.24)
followed <- ifelse(months < 24, band(t, c(0, 0.25, 0.5, 1, 1.5, 2), steps),
                   0.24 * exp(-(0.5 * pmin(pmax(t - 2, 0), 2) + 0.12 * pmin(pmax(t - 4, 0), 4) + 0.02 * pmax(t - 8, 0))))

simulate <- function(age, sex, cured, odds_ratio, hr_pfs, infusion) {
    others <- background(age, sex)
    disease <- cured + (1 - cured) / (1 + (t / 0.75)^1.4)
    odds <- odds_ratio * (1 - disease) / disease
    alive <- others / (1 + odds)
    stable <- pmin(followed^hr_pfs * others^1.1, alive)
    half <- c(0.5, rep(1, 359), 0.5) / 12
    cost <- cbind(exp(-0.03 * t), 1)
    effect <- cbind(exp(-0.015 * t), 1)
    deaths <- -diff(alive)
    rbind(costs.care = colSums(half * (18000 * stable + 50400 * (alive - stable)) * cost),
          costs.end = 9000 * colSums(deaths * cost[-1, ]), costs.infusion = rep(infusion, 2),
          effects.qaly = colSums(half * (0.82 * stable + 0.58 * (alive - stable)) * effect),
          effects.life_years = colSums(half * alive * effect))
}

both <- function(...) 0.6 * simulate(58, "male", ...) + 0.4 * simulate(63, "female", ...)
write_expected("expected.csv", list(chemotherapy = both(0.08, 1, 1, 0), cells = both(0.35, 0.8, 0.5, 370000)),
               "Partitioned survival with a cured fraction and background mortality")
