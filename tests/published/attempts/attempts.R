# SPDX-License-Identifier: GPL-3.0-or-later
# Three published oncology analyses of China whose table of inputs prints survival curves and utilities: do
# they give the QALYs or years that the same papers print? Each is worked out in four structures, counted in
# three ways; the nearest is written to attempts.csv.
#
#   Rscript attempts.R
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))

# Curves exp(-scale * t^shape), t in cycles; two arms; QALYs as printed, or years (utilities 1).
analyses <- list(
    list(name = "Chen QF, BMJ Open 2025;15:e095508: HAIC-FO against sorafenib", years = 1 / 12, rate = 0.03, utility = c(0.76, 0.68), printed = c(0.66, 1.00),
         os = list(c(0.0151598, 1.8083652), c(0.0170272, 1.3635872)), pfs = list(c(0.0888648, 1.3537234), c(0.071169, 1.037127))),
    list(name = "Luo X, Front Pharmacol 2022;13:832215: LY01008 with chemotherapy", years = 21 / 365.25, rate = 0.05, utility = c(0.856, 0.768), printed = c(1.63, 2.11),
         os = list(c(0.004716, 1.533854), c(0.004716 * 0.654, 1.533854)), pfs = list(c(0.003867, 2.335407), c(0.003867 * 0.405, 2.335407))),
    list(name = "Zhu Y, Front Immunol 2023;13:1044678: serplulimab with chemotherapy (years)", years = 1 / 12, rate = 0, utility = c(1, 1), printed = c(1.661, 2.243),
         os = list(c(0.016452, 1.527988), c(0.012874, 1.445565)), pfs = list(c(0.01472, 1.56003), c(0.14015, 0.92013))))

leave <- function(curve, k) 1 - exp(-curve[1] * (k^curve[2] - (k - 1)^curve[2]))
arm <- function(os, pfs, structure, a) {
    n <- round(10 / a$years)
    free <- worse <- numeric(n + 1)
    free[1] <- 1
    for (k in seq_len(n)) {
        p <- leave(pfs, k)
        d <- leave(os, k)
        if (structure == "partitioned") {
            alive <- exp(-os[1] * k^os[2])
            free[k + 1] <- min(exp(-pfs[1] * k^pfs[2]), alive)
            worse[k + 1] <- alive - free[k + 1]
        } else {
            stay <- switch(structure, "deaths after progression" = 1 - p, "deaths from both" = (1 - p) * (1 - d), "added" = max(0, 1 - p - d))
            worse[k + 1] <- worse[k] * (1 - d) + free[k] * (if (structure == "deaths from both") (1 - d) * p else p)
            free[k + 1] <- free[k] * stay
        }
    }
    flow <- (free * a$utility[1] + worse * a$utility[2]) * (1 + a$rate)^(-(0:n) * a$years) * a$years
    c(start = sum(flow[-(n + 1)]), end = sum(flow[-1]), half = sum(flow) - (flow[1] + flow[n + 1]) / 2)
}

rows <- NULL
for (a in analyses) {
    tried <- NULL
    for (structure in c("partitioned", "deaths after progression", "deaths from both", "added")) {
        one <- arm(a$os[[1]], a$pfs[[1]], structure, a)
        two <- arm(a$os[[2]], a$pfs[[2]], structure, a)
        tried <- rbind(tried, data.frame(structure = structure, counted = names(one), ours_1 = one, ours_2 = two,
                                         miss = pmax(abs(one / a$printed[1] - 1), abs(two / a$printed[2] - 1))))
    }
    best <- tried[which.min(tried$miss), ]
    rows <- rbind(rows, data.frame(analysis = a$name, printed_1 = a$printed[1], printed_2 = a$printed[2], best))
}
for (x in c("ours_1", "ours_2", "miss")) rows[[x]] <- round(rows[[x]], 3)
rows$analysis <- paste0("\"", rows$analysis, "\"")
out <- file.path(here, "attempts.csv")
writeLines("# Written by attempts.R beside this file: of twelve ways the one nearest to both arms.", out)
suppressWarnings(write.table(rows, out, append = TRUE, sep = ",", row.names = FALSE, quote = FALSE))
