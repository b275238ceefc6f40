# SPDX-License-Identifier: GPL-3.0-or-later
# Enalapril with folic acid against enalapril: the same people by years as a matrix, two sexes, 40 years and
# the first four and five, which enclose the trial's 4.5.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

deaths <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
states <- c("free", "stroke", "after_stroke", "chd", "after_chd", "dead")
care <- c(0, 16213.6, 13265.9, 18183, 17644, 0)
utility <- c(0.96, 0.55, 0.65, 0.60, 0.70, 0)
own <- c(0, 0.15, 0.03, 0.028, 0.015)
again <- c(NA, 0.17, 0.055, 0.004, 0.004)      # a stroke next year, from each state but the first
chd <- c(0.003, 0.004, 0.004, 0.025, 0.012)
settles <- c(1, 3, 3, 5, 5)                    # where who has neither is then

moves <- function(natural, hr) {
    m <- matrix(0, 6, 6, dimnames = list(states, states))
    m["dead", "dead"] <- 1
    for (s in 1:5) {
        die <- max(natural, own[s])
        stroke <- if (s == 1) 1 - (1 - 0.034)^(hr / 4.5) else again[s]
        m[s, 6] <- die
        m[s, 2] <- m[s, 2] + (1 - die) * stroke
        m[s, 4] <- m[s, 4] + (1 - die) * chd[s]
        m[s, settles[s]] <- m[s, settles[s]] + (1 - die) * (1 - stroke - chd[s])
    }
    m
}

simulate <- function(day, hr, years) {
    totals <- matrix(0, 5, 2, dimnames = list(c("costs.drug", "costs.care", "effects.qaly", "effects.life_years", "effects.strokes"), NULL))
    for (sex in c("male", "female")) {
        table <- deaths[deaths$sex == sex, ]
        x <- c(1, 0, 0, 0, 0, 0)
        for (k in seq_len(years)) {
            alive <- sum(x[1:5])
            now <- (if (sex == "male") 0.41 else 0.59) * c(0.74 * 365.25 * day * alive, sum(x * care), sum(x * utility), alive, x[2])
            totals <- totals + cbind(now * 1.05^(1 - k), now)
            x <- as.vector(x %*% moves(1 - exp(-band(59 + k, table$age, table$mx)), hr))
        }
    }
    totals
}

for (years in c(40, 5, 4))
    write_expected(sprintf("expected-%d.csv", years), list(enalapril = simulate(0.56, 1, years), folic_acid = simulate(4.75, 0.79, years)),
                   sprintf("Enalapril with folic acid against enalapril for hypertension at 60, China: %d years", years))
