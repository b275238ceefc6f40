# SPDX-License-Identifier: GPL-3.0-or-later
# Total hip replacement: base case, ten strata, and fifty draws.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

life_table <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
cycles <- 60
base <- list(omr_primary = 0.02, omr_revision = 0.02, rerevision = 0.04, c_revision = 5294,
             u_success_p = 0.85, u_success_r = 0.75, u_revision = 0.3, lngamma = 0.3740968,
             cons = -5.490935, b_age = -0.0367022, b_male = 0.768536, b_np1 = -1.344474)

simulate <- function(p, np1, age = 60, sex = "female") {
    k <- seq_len(cycles)
    lambda <- exp(p$cons + p$b_age * age + p$b_male * (sex == "male") + p$b_np1 * np1)
    gamma <- exp(p$lngamma)
    revise <- 1 - exp(lambda * ((k - 1)^gamma - k^gamma))
    table <- life_table[life_table$sex == sex, ]
    die <- band(age + k, table$age, table$p)
    x <- c(primary = 1, success_p = 0, revision = 0, success_r = 0)
    cost <- qaly <- alive <- c(0, 0)
    for (t in k) {
        x <- c(0, x[1] * (1 - p$omr_primary) + x[2] * (1 - revise[t] - die[t]),
               x[2] * revise[t] + x[4] * p$rerevision,
               x[3] * (1 - p$omr_revision - die[t]) + x[4] * (1 - p$rerevision - die[t]))
        cost <- cost + x[3] * p$c_revision * c(1.06^-t, 1)
        qaly <- qaly + sum(x * c(0, p$u_success_p, p$u_revision, p$u_success_r)) * c(1.015^-t, 1)
        alive <- alive + sum(x) * c(1.015^-t, 1)
    }
    rbind(costs.revision = cost, costs.prosthesis = rep(if (np1) 579 else 394, 2),
          effects.qaly = qaly, effects.life_years = alive)
}

both <- function(...) list(standard = simulate(..., np1 = 0), np1 = simulate(..., np1 = 1))
write_expected("expected.csv", both(base), "Total hip replacement, women of 60")

mixture <- function(np1) {
    share <- c(0.05, 0.1, 0.4, 0.25, 0.2)
    age <- seq(55, 75, 5)
    sum_over <- function(sex) Reduce(`+`, Map(function(w, a) w * simulate(base, np1, a, sex), share, age))
    0.65 * sum_over("female") + 0.35 * sum_over("male")
}
write_expected("expected-strata.csv", list(standard = mixture(0), np1 = mixture(1)),
               "Total hip replacement, ten strata")

# Draws: coefficients from their multivariate normal distribution, the rest as in the textbook.
set.seed(48)
n <- 50
from_mean <- function(mean, se) {
    total <- mean * (1 - mean) / se^2 - 1
    rbeta(n, mean * total, (1 - mean) * total)
}
covariance <- matrix(c(0.0474501^2, -0.005691, 0.000000028, 0.0000051, 0.000259,
                       -0.005691, 0.207892^2, -0.000783, -0.007247, -0.000642,
                       0.000000028, -0.000783, 0.0052112^2, 0.000033, -0.000111,
                       0.0000051, -0.007247, 0.000033, 0.109066^2, 0.000184,
                       0.000259, -0.000642, -0.000111, 0.000184, 0.3825815^2), 5)
coefficients <- c("lngamma", "cons", "b_age", "b_male", "b_np1")
drawn <- t(unlist(base[coefficients]) + t(chol(covariance)) %*% matrix(rnorm(5 * n), 5))
colnames(drawn) <- coefficients
draws <- signif(data.frame(omr_primary = rbeta(n, 2, 98), omr_revision = rbeta(n, 2, 98),
                           rerevision = rbeta(n, 4, 96),
                           c_revision = rgamma(n, (5294 / 1487)^2, scale = 1487^2 / 5294),
                           u_success_p = from_mean(0.85, 0.03), u_success_r = from_mean(0.75, 0.04),
                           u_revision = from_mean(0.3, 0.03), drawn), 12)
write.csv(draws, file.path(here, "draws.csv"), row.names = FALSE, quote = FALSE)
totals <- function(results) {
    c(sum(results[c("costs.revision", "costs.prosthesis"), 1]), results["effects.qaly", 1])
}
lines <- vapply(seq_len(n), function(i) {
    results <- both(as.list(draws[i, ]))
    paste(c(i - 1, sprintf("%.17g", c(totals(results$standard), totals(results$np1)))), collapse = ",")
}, "")
writeLines(c("# Total hip replacement: what becomes of each row of draws.csv; computed by recompute.R.",
             "draw,cost_standard,effect_standard,cost_np1,effect_np1", lines),
           file.path(here, "expected-draws.csv"))
