# SPDX-License-Identifier: GPL-3.0-or-later
# The hypertension model written anew in base R, without Hecate and without reading its files: fee for
# service for ten years, 400,000 persons, and two years of the five cases of a claim
# (inputs/studies/claims/hypertension.yaml). Writes recomputed.csv and recomputed-claim.csv in
# models/hypertension/expected; takes three minutes. Rscript recompute.R
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
root <- file.path(dirname(normalizePath(script)), "../../..")
n <- 400000
dt <- 1 / 12

between <- function(n, mean, sd, low, high) {
    qnorm(runif(n, pnorm(low, mean, sd), pnorm(high, mean, sd)), mean, sd)
}
yes <- function(p) as.numeric(runif(length(p)) < p)
in_month <- function(rate) 1 - exp(-rate * dt)

life <- read.csv(file.path(root, "inputs/lifetables/china-2020-2025.csv"), comment.char = "#")
mx <- sapply(c("male", "female"), function(s) { d <- life[life$sex == s, ]; d$mx[order(d$age)] })

lives <- function(months, p_aware = 0.319, p_managed = 0.32, p_treated = 0.829, programme = 0) {
    set.seed(20260303)
    # The people. A correlation of normal scores ties age to pressure.
    rho <- 0.2
    z1 <- rnorm(n)
    z2 <- rho * z1 + sqrt(1 - rho^2) * rnorm(n)
    cut <- function(z, mean, sd, low, high) {
        a <- pnorm(low, mean, sd)
        qnorm(a + pnorm(z) * (pnorm(high, mean, sd) - a), mean, sd)
    }
    age0 <- cut(z1, 58.4, 12, 35, 80)
    start <- cut(z2, 130.15, 20, 140, 210)
    man <- runif(n) < 0.5
    response <- between(n, 1, 0.4, 0, 2)
    tc <- between(n, 213.6, 46, 100, 400)
    hdl <- between(n, 52, 14, 20, 120)
    waist <- between(n, 86, 10, 55, 130)
    smoker <- yes(rep(0.23, n))
    diabetes <- yes(rep(0.2, n))
    north <- yes(rep(0.42, n))
    urban <- yes(rep(0.6, n))
    family <- yes(rep(0.1, n))
    had_stroke <- runif(n) < 0.0505
    had_chd <- runif(n) < 0.03

    had <- had_stroke | had_chd
    share_had <- 1 - 0.9495 * 0.97
    aware <- as.numeric(had | runif(n) < (p_aware - share_had) / (1 - share_had))
    managed <- aware * yes(rep(p_managed, n))
    treated <- aware * yes(rep(p_treated, n))
    usual <- start

    # China-PAR, untreated: intercept, ln age, ln pressure, both, lipids, waist, smoker (x ln age), diabetes,
    # north, urban, family history (x ln age)
    men <- c(-145.726914, 32.344877, 26.455809, -5.804677, 0.619958, -0.700506, -0.717373,
             3.976209, -0.943908, 0.356826, 0.478726, -0.162623, 6.228884, -1.536263)
    women <- c(-123.071553, 25.266747, 20.290294, -4.436694, 0.064764, -0.212145, 1.469891,
               0.496938, 0, 0.570571, 0.54576, 0, 0, 0)
    ten_years <- function(age, pressure) {
        la <- log(pmin(pmax(age, 35), 80))
        lp <- log(pmin(pmax(pressure, 90), 200))
        x <- function(b) {
            b[1] + b[2] * la + b[3] * lp + b[4] * la * lp + b[5] * log(tc) + b[6] * log(hdl) + b[7] * log(waist) +
                (b[8] + b[9] * la) * smoker + b[10] * diabetes + b[11] * north + b[12] * urban + (b[13] + b[14] * la) * family
        }
        exp(ifelse(man, x(men), x(women)))
    }

    share <- 790 / (790 + 164)
    slope_stroke <- slope_failure <- 0.87^2      # of 10 mmHg
    slope_chd <- 0.92^2
    again_one <- -log(1 - 0.147)
    again_later <- (-log(1 - 0.41) - again_one) / 4
    price21 <- 1.020 * 1.002 * 1.002
    price13 <- 1.0192 * 1.0144 * 1.0200 * 1.0159 * 1.0207 * 1.0290 * 1.0242 * 1.0098 * price21
    drug_month <- 1.6 * 365 / 12 * (0.83 + 0.53 + 1.6) / 3 * price21

    alive <- rep(TRUE, n)
    last_stroke <- ifelse(had_stroke, -5, -Inf)      # years, end of the month of the last one
    last_chd <- ifelse(had_chd, -5, -Inf)
    ever_failure <- ever_ckd <- ever_dialysis <- rep(FALSE, n)
    tally <- function() numeric(n)
    out <- list(stroke = tally(), chd = tally(), failure = tally(), ckd = tally(), dialysis_starts = tally(),
                exacerbation = tally(), stroke_death = tally(), chd_death = tally(), failure_death = tally(),
                kidney_death = tally(), death = tally(), life_years = tally(), qaly = tally(), known = tally(),
                under_treatment = tally(), under_management = tally(), under_control = tally(), resource = tally())
    add <- function(name, what) out[[name]] <<- out[[name]] + what

    for (m in seq_len(months)) {
        t <- (m - 1) * dt
        age <- age0 + t
        covered <- pmin(1, 0.5 + 0.15 * managed)
        fall <- treated * response * covered * 8 * 1.6 + managed * treated * programme
        sbp <- usual - fall
        had_s <- last_stroke > -Inf
        had_c <- last_chd > -Inf
        h <- ten_years(age, usual) / 10
        below <- (151 - sbp) / 10
        after <- (147 - sbp) / 10

        # time since: to the start of this month, from the end of that one
        h_stroke <- ifelse(had_s, ifelse(t - last_stroke < 1 - 1e-9, again_one, again_later) * slope_stroke^after,
                           h * share * slope_stroke^(fall / 10))
        h_chd <- ifelse(had_c, ifelse(t - last_chd < 1 - 1e-9, -log(1 - 0.025), -log(1 - 0.012)) * slope_chd^after,
                        h * (1 - share) * slope_chd^(fall / 10))
        stroke <- alive & runif(n) < in_month(h_stroke)
        chd <- alive & runif(n) < in_month(h_chd)
        failure <- alive & !ever_failure & runif(n) < in_month(0.75 * 0.0028 * 1.07^(age - 60) * slope_failure^below)
        ckd <- alive & !ever_ckd & runif(n) < in_month(0.008 * 1.05^(age - 60) * (1 / 1.4)^below)
        dialysis <- alive & ever_ckd & !ever_dialysis & runif(n) < in_month(0.008 * (1 / 1.4)^below)
        stay <- stroke | chd | failure

        p <- ifelse(urban == 1, 0.06, 0.16)
        odds <- p / (1 - p) * 1.34
        d_stroke <- stroke & runif(n) < ifelse(had_s, odds / (1 + odds), p)
        left <- alive & !d_stroke
        d_chd <- left & chd & runif(n) < 0.3
        left <- left & !d_chd
        d_failure <- left & failure & runif(n) < 0.028
        left <- left & !d_failure
        d_kidney <- left & ever_dialysis & runif(n) < in_month(0.0978)
        left <- left & !d_kidney
        times <- pmax(1, 2.2 * had_s, 1.7 * had_c, 1.24 * ever_ckd)
        row <- pmin(floor(age), nrow(mx) - 1) + 1
        h_death <- pmax(ifelse(man, mx[row, "male"], mx[row, "female"]) * 0.75 * times, -log(1 - 0.0646) * ever_failure)
        d_other <- left & !ever_dialysis & runif(n) < in_month(h_death)

        # what the month is worth and costs, for who is alive at its start
        u <- pmin(0.96, ifelse(had_s, 0.65, 1), ifelse(had_c, 0.7, 1), ifelse(ever_failure, 0.73, 1)) - 0.164 * ever_dialysis
        visit <- 0.297 * 20 + (1 - 0.297) * 60
        year_after <- ifelse(ever_failure | had_c, 633, 357) * 3.53 * price13 * (had_s | had_c | ever_failure)
        running <- treated * (8 * visit + 12 * covered * drug_month) + managed * 4 * 40 + year_after +
            ever_dialysis * 94760.5 * price13
        once <- stay * ifelse(chd, 18183, ifelse(stroke, 16213.6, 9789.6)) * price21
        add("life_years", alive * dt)
        add("qaly", alive * dt * u - 0.1 * (stroke + chd + failure))
        add("known", alive * dt * aware)
        add("under_treatment", alive * dt * treated)
        add("under_management", alive * dt * managed)
        add("under_control", alive * dt * (treated == 1 & sbp < 140))
        add("resource", alive * dt * running + once)
        add("stroke", stroke)
        add("chd", chd)
        add("failure", failure)
        add("ckd", ckd)
        add("dialysis_starts", dialysis)
        add("exacerbation", stay)
        add("stroke_death", d_stroke)
        add("chd_death", d_chd)
        add("failure_death", d_failure)
        add("kidney_death", d_kidney)
        add("death", d_other)

        # the next month
        alive <- alive & !(d_stroke | d_chd | d_failure | d_kidney | d_other)
        last_stroke[stroke] <- t + dt
        last_chd[chd] <- t + dt
        ever_failure <- ever_failure | failure
        ever_ckd <- ever_ckd | ckd
        ever_dialysis <- ever_dialysis | dialysis
        knows <- as.numeric(aware == 1 | stay | runif(n) < in_month(0.03))
        stays <- ifelse(managed == 1, runif(n) >= in_month(0.2), runif(n) < in_month(0.2 * p_managed / (1 - p_managed)))
        next_managed <- knows * (((stay & runif(n) < 0.2)) | stays)
        next_treated <- knows * ifelse(treated == 1, runif(n) >= in_month(0.15 * ifelse(managed == 1, 0.5, 1)),
                                       runif(n) < in_month(0.15 * p_treated / (1 - p_treated)))
        usual <- pmin(220, pmax(90, usual + 0.3 * dt + 0.3 * dt * (start + 0.3 * t - usual) + 4 * sqrt(dt) * rnorm(n)))
        aware <- knows
        managed <- next_managed
        treated <- next_treated
    }

    data.frame(measure = names(out), mean = sapply(out, mean), error = sapply(out, sd) / sqrt(n))
}

record <- function(rows, name, title) {
    file <- file.path(root, "models/hypertension/expected", name)
    writeLines(c(title, paste(names(rows), collapse = ",")), file)
    write.table(rows, file, append = TRUE, sep = ",", quote = FALSE, row.names = FALSE, col.names = FALSE)
}
record(lives(120), "recomputed.csv",
       c("# The model under fee for service, ten years, undiscounted, per person: an independent computation of",
         "# 400,000 persons in base R (tests/published/hypertension/recompute.R), with its Monte Carlo error."))
case <- function(strategy, ...) {
    rows <- lives(24, ...)
    cbind(strategy = strategy, rows[rows$measure %in% c("stroke", "exacerbation", "under_control"), ])
}
record(rbind(case("usual"), case("claimed", p_managed = 0.51), case("claimed_strong", p_managed = 0.51, programme = 10),
             case("everybody", p_aware = 0.99, p_managed = 0.99, p_treated = 0.99),
             case("everybody_strong", p_aware = 0.99, p_managed = 0.99, p_treated = 0.99, programme = 10)),
       "recomputed-claim.csv",
       c("# Two years of inputs/studies/claims/hypertension.yaml, per person: the same computation in base R."))
