# SPDX-License-Identifier: GPL-3.0-or-later
# Advanced cancer by months: Weibull progression, a drug for two years at most, half-cycle correction.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

life_table <- read.csv(file.path(here, "../sick_sicker_time/lifetable.csv"), comment.char = "#")
month <- 1 / 12

simulate <- function(hr, drug) {
    x <- c(pf = 1, pd = 0, dead = 0)
    totals <- matrix(0, 7, 2)
    for (k in 1:180) {
        from <- (k - 1) * month
        to <- k * month
        leave <- 1 - exp(-hr * ((to * 12 / 9)^1.25 - (from * 12 / 9)^1.25))
        background <- rate_to_prob(band(62 + from, life_table$age, life_table$mx), month)
        p_pd <- leave * (1 - 0.15)
        p_dead <- max(leave * 0.15, background)
        p_pd_dead <- 1 - exp(-log(2) / 11) * (1 - background)
        y <- c(x[1] * (1 - p_pd - p_dead), x[1] * p_pd + x[2] * (1 - p_pd_dead), 0)
        y[3] <- 1 - y[1] - y[2]
        discount <- rbind(1.035^-c(from, to, (from + to) / 2), 1)
        half_cycle <- function(pf, pd) {
            month * (sum(x * c(pf, pd, 0)) * discount[, 1] + sum(y * c(pf, pd, 0)) * discount[, 2]) / 2
        }
        ageing <- 0.004 * from
        totals <- totals + rbind(half_cycle(if (k <= 6) 410 * 365.25 / 21 else 0, 0),
                                 half_cycle(if (k <= 24) drug * 365.25 / 28 else 0, 0),
                                 half_cycle(95 * 12, 0), half_cycle(0, 780 * 12),
                                 6500 * (y[3] - x[3]) * discount[, 3],
                                 half_cycle(0.78 - ageing, 0.62 - ageing), half_cycle(1, 1))
        x <- y
    }
    rownames(totals) <- c("costs.chemo", "costs.drug", "costs.visits", "costs.care", "costs.terminal",
                          "effects.qaly", "effects.life_years")
    totals
}

write_expected("expected.csv", list(chemo = simulate(1, 0), drug = simulate(0.62, 3200)),
               "Advanced cancer, three states, by months")
