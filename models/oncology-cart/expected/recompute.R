# SPDX-License-Identifier: GPL-3.0-or-later
# The cell-therapy model computed again in base R, without Hecate.
#
#   Rscript recompute.R              writes summary.csv beside this script
#
# The base values are stated again here on purpose; where they come from is in parameters.yaml.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
life <- read.csv(file.path(here, "../../../inputs/lifetables/china-2020-2025.csv"), comment.char = "#")
months <- 540
time <- (0:months) / 12
v <- 1.05^-time
start <- time[1:months]

b <- list(cure_os = c(0.15, 0.435), median_os = c(4.9, 8.7), cure_pfs = c(0.07, 0.32),
          median_pfs = c(2.5, 3.1), excess = 1.09, cart = 1200000, apheresis = 28000, lympho = 65000,
          stay = 50000, p_crs = 0.09, days = 5, crs_day = 30000, p_neuro = 0.288, neuro = 30000,
          p_ig = 0.306, ig = 40000, salvage = 25000, follow = 1500, late = 300, worse = 15000,
          terminal = 30000, u_free = 0.74, u_worse = 0.50, u_survivor = 0.85, du = 0.03)

background <- function(sex) {
    table <- life[life$sex == sex, ]
    rate <- function(age) table$mx[pmin(age, max(table$age)) + 1]
    hazard <- cumsum(c(0, rate(58 + 0:59)))            # cumulative at whole years
    whole <- floor(time + 1e-9)
    exp(-b$excess * (hazard[whole + 1] + (time - whole) * rate(58 + whole)))
}
curves <- function(arm, sex) {
    back <- background(sex)
    disease <- function(cure, median) cure + (1 - cure) * 0.5^(time * 12 / median)
    os <- disease(b$cure_os[arm], b$median_os[arm]) * back
    pfs <- disease(b$cure_pfs[arm], b$median_pfs[arm]) * back
    list(free = pmin(pfs, os), alive = os)
}
arm_of <- function(arm) {
    m <- curves(arm, "male"); f <- curves(arm, "female")
    list(free = 0.67 * m$free + 0.33 * f$free, alive = 0.67 * m$alive + 0.33 * f$alive)
}
rows <- NULL
for (form in c("cohort", "persons")) for (arm in 1:2) {
    s <- arm_of(arm); worse <- s$alive - s$free; deaths <- -diff(s$alive)
    late <- start >= 2 - 1e-9; old <- start >= 5 - 1e-9
    cost_free <- 12 * (ifelse(late, b$late, b$follow) + (arm == 1) * (start < 0.5 - 1e-9) * b$salvage)
    cost_worse <- 12 * ifelse(late, b$late, b$worse)
    # a month's value at its start, and at its end for the second half
    both <- function(flow, value) {
        if (form == "persons") return(cbind(flow[1:months] * value, 0) / 12)
        cbind(flow[1:months] * value, flow[-1] * value) / 24
    }
    total <- function(x) c(sum(x[, 1] * v[1:months] + x[, 2] * v[-1]), sum(x))
    care <- total(both(s$free, cost_free) + both(worse, cost_worse))
    terminal <- b$terminal * c(sum(deaths * (if (form == "cohort") v[-1] else v[1:months])), sum(deaths))
    procedure <- (arm == 2) * (b$apheresis + b$lympho + b$stay + b$p_crs * b$days * b$crs_day + b$p_neuro * b$neuro + b$p_ig * b$ig)
    qaly <- total(both(s$free, ifelse(old, b$u_survivor, b$u_free)) + both(worse, ifelse(old, b$u_survivor, b$u_worse))) - (arm == 2) * b$du
    ly <- total(both(s$alive, 1))
    name <- c("salvage", "cart")[arm]
    add <- function(kind, n, x) rows <<- rbind(rows, data.frame(form = form, strategy = name, kind = kind, name = n,
        discounted = trimws(formatC(x[1], digits = 17, format = "g")), undiscounted = trimws(formatC(x[2], digits = 17, format = "g"))))
    add("cost", "care", care); add("cost", "terminal", terminal)
    add("cost", "product", (arm == 2) * b$cart * c(1, 1)); add("cost", "procedure", procedure * c(1, 1))
    add("effect", "qaly", qaly); add("effect", "life_years", ly)
}
f <- file(file.path(here, "summary.csv"), "w")
writeLines(c("# Base case per patient: written by recompute.R, an independent computation in base R.",
             "# CNY of 2024, 5 % a year. cohort: half of both ends of a month; persons: its start."), f)
write.csv(rows, f, row.names = FALSE, quote = FALSE)
close(f)
