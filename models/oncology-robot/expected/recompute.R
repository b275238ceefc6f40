# SPDX-License-Identifier: GPL-3.0-or-later
# The surgery model computed again in base R, without Hecate.
#
#   Rscript recompute.R              writes summary.csv beside this script
#
# The base values are stated again here on purpose; where they come from is in parameters.yaml.
# Form `prostate`, `rectum`: the cohorts of model.yaml and rectum.yaml. Form `persons`: the exact mean of
# persons.yaml, in which patients come over five years and hospitals learn.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
life <- read.csv(file.path(here, "../../../inputs/lifetables/china-2020-2025.csv"), comment.char = "#")
rate <- function(age, sex) { x <- life$mx[life$sex == sex]; x[pmin(age, length(x) - 1) + 1] }

b <- list(rectum_lap = 0.231, rectum_robot = 0.162, or_open = 1.2, prostate_open = 0.20, or_po = 0.25,
          or_pl = 0.20, learn = 1.5, learn_cases = 50, before = 100, a_year = 200, dfs = 0.834, hr_robot = 0.74,
          h_prostate = 0.04, d_rectum = 0.25, d_prostate = 0.03, cont = c(lap = 0.865, open = 0.844, robot = 0.921),
          potent = 0.40, u_free = 0.90, u_rec = 0.70, du_inc = 0.10, du_imp = 0.05, du_compl = 0.02,
          surgery = 23000, items = c(lap = 7000, open = 2000, robot = 0), days = c(lap = 0, open = 2, robot = -1),
          day = 1000, team = 5000, robot_items = 40000, price = 2e7, life = 10, upkeep = 0.1, compl = 20000,
          rec_rectum = 60000, rec_prostate = 15000, follow = 2000, pads = 1500)
odds <- function(p) p / (1 - p)
p_compl <- function(tech, rectum, experience) {
    learned <- 1 + (b$learn - 1) * exp(-experience / b$learn_cases)
    robot <- odds(b$prostate_open) * b$or_po
    o <- if (rectum) switch(tech, lap = odds(b$rectum_lap), open = odds(b$rectum_lap) * b$or_open, robot = odds(b$rectum_robot) * learned)
         else switch(tech, lap = robot / b$or_pl, open = odds(b$prostate_open), robot = robot * learned)
    o / (1 + o)
}
device <- b$price * (1 / b$life + b$upkeep) / b$a_year
stay <- function(tech) b$surgery + b$day * b$days[[tech]] + b$items[[tech]]

# one stratum from the operation on: undiscounted flows by year at start and end points
follow <- function(tech, rectum, age, sex, years) {
    h <- if (rectum) -log(b$dfs) / 3 * (if (tech == "robot") b$hr_robot else 1) else b$h_prostate
    free <- 1; rec <- 0; F <- free; R <- rec
    for (k in 1:years) {
        bg <- rate(age + k - 1, sex)
        die <- 1 - exp(-bg); die_rec <- 1 - exp(-(bg + if (rectum) b$d_rectum else b$d_prostate))
        p <- if (k <= 5) (1 - die) * (1 - exp(-(if (rectum) max(0, h - bg) else h))) else 0
        rec <- rec * (1 - die_rec) + free * p
        free <- free * (1 - die - p)
        F <- c(F, free); R <- c(R, rec)
    }
    list(F = F, R = R)
}
values <- function(tech, rectum) {
    inc <- if (rectum) 0 else 1 - b$cont[[tech]]
    imp <- if (rectum) 0 else 1 - b$potent
    du <- inc * b$du_inc + imp * b$du_imp
    list(u = c(b$u_free, b$u_rec) - du, c = inc * b$pads, rec = if (rectum) b$rec_rectum else b$rec_prostate)
}
rows <- NULL
add <- function(form, s, kind, name, d, u) rows <<- rbind(rows, data.frame(form = form, strategy = s, kind = kind, name = name,
    discounted = trimws(formatC(d, digits = 17, format = "g")), undiscounted = trimws(formatC(u, digits = 17, format = "g"))))
strata <- list(prostate = list(c(1, 66, 0)), rectum = list(c(0.62, 60, 0), c(0.38, 60, 1)))
tech_of <- c(laparoscopy = "lap", open = "open", robot = "robot")
n <- 45
half <- function(F, value) cbind(F[1:n] * value, F[-1] * value) / 2
v <- 1.05^-(0:n)
total <- function(x) c(sum(x[, 1] * v[1:n] + x[, 2] * v[-1]), sum(x))
for (form in names(strata)) for (s in names(tech_of)) {
    tech <- tech_of[[s]]; rectum <- form == "rectum"; val <- values(tech, rectum)
    F <- 0; R <- 0
    for (st in strata[[form]]) { x <- follow(tech, rectum, st[2], c("male", "female")[st[3] + 1], n); F <- F + st[1] * x$F; R <- R + st[1] * x$R }
    watch <- ifelse(0:(n - 1) < 5, b$follow, 0)
    p <- p_compl(tech, rectum, b$before)
    e <- function(name, x) add(form, s, "cost", name, x[1], x[2])
    e("follow", total(half(F, watch + val$c)))
    e("recurrence", total(half(R, val$rec + val$c)))
    e("surgery", rep(stay(tech), 2))
    e("robot", rep((tech == "robot") * (b$team + b$robot_items), 2))
    e("device", rep((tech == "robot") * device, 2))
    e("complication", rep(p * b$compl, 2))
    q <- total(half(F, val$u[1]) + half(R, val$u[2])) - p * b$du_compl
    add(form, s, "effect", "qaly", q[1], q[2])
    l <- total(half(F, 1) + half(R, 1)); add(form, s, "effect", "life_years", l[1], l[2])
}

# persons: whoever comes in year a is a - 1 years older, and the hospital has done so many more cases
mix <- list(c(0.50, 66, 0, 0), c(0.31, 60, 0, 1), c(0.19, 60, 1, 1))
for (s in names(tech_of)) {
    tech <- tech_of[[s]]; cost <- 0; qaly <- 0; cases <- 0
    for (a in 1:5) for (m in mix) {
        rectum <- m[4] == 1; val <- values(tech, rectum); years <- 50 - (a - 1)
        x <- follow(tech, rectum, m[2] + a - 1, c("male", "female")[m[3] + 1], years)
        at <- 1.05^-(a - 1 + 0:(years - 1))
        learn <- integrate(function(z) sapply(z, function(y) p_compl(tech, rectum, b$before + b$a_year * y)), a - 1, a, rel.tol = 1e-10)$value
        watch <- ifelse(0:(years - 1) < 5, b$follow, 0)
        later <- sum(at * (x$F[1:years] * (watch + val$c) + x$R[1:years] * (val$rec + val$c)))
        once <- stay(tech) + (tech == "robot") * (b$team + b$robot_items) + learn * b$compl
        cost <- cost + m[1] / 5 * (later + once * at[1])
        qaly <- qaly + m[1] / 5 * (sum(at * (x$F[1:years] * val$u[1] + x$R[1:years] * val$u[2])) - learn * b$du_compl * at[1])
        cases <- cases + m[1] / 5 * at[1]
    }
    # K10 writes the device off each year, at its end, which is a year later
    if (tech == "robot") cost <- cost + sum(1.05^-(1:5)) / 5 * device
    add("persons", s, "cost", "resource", cost, NaN); add("persons", s, "effect", "qaly", qaly, NaN)
}
f <- file(file.path(here, "summary.csv"), "w")
writeLines(c("# Base case per patient: written by recompute.R, an independent computation in base R.",
             "# CNY of 2024, 5 % a year; cohorts: half of both ends of a year; persons: its start."), f)
write.csv(rows, f, row.names = FALSE, quote = FALSE, na = "")
close(f)
