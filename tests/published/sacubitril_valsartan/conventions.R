# SPDX-License-Identifier: GPL-3.0-or-later
# Which conventions give the four printed numbers of Lou 2022 at once? The table of inputs leaves open who
# takes the drug, deaths after an event, discounting, horizon, when in the month people are counted, and
# natural deaths. For each combination natural deaths are multiplied by one factor so that the cost of
# valsartan is as printed; the other cost and both QALYs then agree or do not.
#
#   Rscript conventions.R         writes conventions.csv: the best of each drug rule, discount rate and way
#                                 of dying after an event (half a minute)
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
life_table <- read.csv(file.path(here, "lifetable.csv"), comment.char = "#")
month <- 1 / 12
incidence <- c(0.0028, 0.0035, 0.0102)
fatal <- c(0.0280, 0.0156, 0.0260)
later <- 1 - (1 - c(0.0646, 0.0988, 0.1218))^month
hr5 <- c(0.83, 0.85, 0.95)
u_event <- c(0.63, 0.55, 0.60)
u_after <- c(0.73, 0.65, 0.70)
c_event <- c(9789.6, 16213.6, 18183)
c_after <- c(15872.4, 13265.9, 17644) * month
drug <- c(240, 324.6)
printed <- c(cost = 54769, cost2 = 65066, qaly = 11.82, qaly2 = 11.91)

factors <- exp(seq(log(0.3), log(2.5), length = 45))
n <- length(factors)
points <- 0:480
spread <- function(x) matrix(x, n, 3, byrow = TRUE)

# Seven sums of people at each point: well, in the month of an event, after it; QALYs and costs of the two.
trace <- function(dying, less) {
    out <- array(0, c(n, length(points), 7))
    p <- 1 - (1 - incidence)^(month * hr5^(less / 5))
    for (sex in c("male", "female")) {
        deaths <- life_table[life_table$sex == sex, ]
        well <- rep(0.5, n)
        event <- after <- matrix(0, n, 3)
        for (k in points) {
            now <- cbind(well, rowSums(event), rowSums(after), event %*% u_event, after %*% u_after,
                         event %*% c_event, after %*% c_after)
            out[, k + 1, ] <- out[, k + 1, ] + now
            mx <- deaths$mx[findInterval(60 + k * month + 1e-9, deaths$age)] * factors
            natural <- 1 - exp(-mx * month)
            die <- spread(later)
            if (dying == "added") die <- 1 - (1 - die) * (1 - natural)
            if (dying == "larger") die <- pmax(die, matrix(natural, n, 3))
            after <- after * (1 - die) + event * (1 - spread(fatal))
            event <- outer((1 - natural) * well, p)
            well <- well * (1 - natural) - rowSums(event)
        }
    }
    out
}

ways <- expand.grid(years = c(20, 25, 30, 35, 40), counted = c("start", "end", "half"), discounting = c("months", "whole years", "rate / 12"),
                    rate = c(0.03, 0.035, 0.04, 0.045, 0.05, 0.06), stringsAsFactors = FALSE)
weights <- t(apply(ways, 1, function(way) {
    last <- as.numeric(way[["years"]]) * 12
    r <- as.numeric(way[["rate"]])
    counted <- switch(way[["counted"]], start = points < last, end = points >= 1 & points <= last,
                      half = (points < last) / 2 + (points >= 1 & points <= last) / 2)
    counted * switch(way[["discounting"]], months = (1 + r)^(-points * month), "whole years" = (1 + r)^-floor(points * month),
                     "rate / 12" = (1 + r / 12)^-points)
}))

best <- NULL
for (dying in c("own", "added", "larger")) {
    sums <- lapply(c(0, 5.97), function(less) {
        q <- trace(dying, less)
        a <- array(0, c(n, 7, nrow(ways)))
        for (j in 1:7) a[, j, ] <- q[, , j] %*% t(weights)
        a
    })
    for (who in c("all", "before an event")) for (i in seq_len(nrow(ways))) {
        cost <- lapply(1:2, function(x) { s <- sums[[x]]
            drug[x] * (s[, 1, i] + if (who == "all") s[, 2, i] + s[, 3, i] else 0) + s[, 6, i] + s[, 7, i] })
        order <- order(cost[[1]])
        if (printed[["cost"]] > max(cost[[1]]) || printed[["cost"]] < min(cost[[1]])) next
        at <- spline(cost[[1]][order], log(factors)[order], xout = printed[["cost"]])$y
        read <- function(y) splinefun(log(factors), y)(at)
        for (well in c(0.96, 1)) {
            q <- sapply(sums, function(s) read(well * s[, 1, i] + s[, 4, i] + s[, 5, i])) * month
            c2 <- read(cost[[2]])
            # in units of what the digits leave, QALYs, and of a ten-thousandth, the cost
            far <- max(abs(c((q - printed[3:4]) / 0.005, (c2 / printed[["cost2"]] - 1) / 1e-4)))
            best <- rbind(best, data.frame(drug = who, deaths_after = dying, utility_before = well, ways[i, ], factor = exp(at), cost2 = c2,
                                           qaly = q[1], qaly2 = q[2], far = far))
        }
    }
}
best <- best[order(best$far), ]
near <- function(name) paste(sort(unique(best[[name]][best$far <= 2])), collapse = " or ")
first <- best[!duplicated(best[c("drug", "deaths_after", "rate")]), ]
for (name in c("factor", "cost2", "qaly", "qaly2", "far")) first[[name]] <- signif(first[[name]], 7)
out <- file.path(here, "conventions.csv")
writeLines(c("# Combinations of conventions, by conventions.R beside this file: the best for each drug rule, way of dying after an event",
             "# and rate, with natural deaths multiplied by `factor` so that valsartan costs 54,769. Printed: 65,066; 11.82; 11.91.",
             "# far: the largest of the three misses, in half a digit of QALYs (0.005) and a ten-thousandth of the cost.",
             sprintf("# Tried: %d. Within twice the digits: %d, the drug paid %s, hypertension worth %s, deaths after an event %s.", nrow(ways) * 12,
                     sum(best$far <= 2), near("drug"), near("utility_before"), near("deaths_after"))), out)
suppressWarnings(write.table(first, out, append = TRUE, sep = ",", row.names = FALSE, quote = FALSE))
