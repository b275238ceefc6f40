# SPDX-License-Identifier: GPL-3.0-or-later
# The lung-cancer model computed again in base R, without Hecate.
#
#   Rscript recompute.R              writes summary.csv and trace.csv beside this script
#
# The base values are stated again here on purpose; where they come from is in parameters.yaml.
# Form `cohort` counts half of both ends of a month, as model.yaml and partitioned.yaml; form `persons`
# what is there at its start, as persons.yaml. Shares are those of the survival curves; no state is
# followed here, so that the state transitions of model.yaml are held against something else.

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
months <- 180
time <- (0:months) / 12
v <- 1.05^-time

b <- list(pfs_first = 10.2, os_first = 31.8, shape_pfs = 1.35, shape_os = 1.25, hr_pfs3 = 0.46,
          hr_os3 = 0.80, hr_pfs_tki = 0.48, hr_os_tki = 1, pfs_wild = 5.5, os_wild = 12.7,
          pfs_wild_drug = 1.5, shape_wild_drug = 0.861, hr_os_wild = 1.18, mutated = 0.502, sens = 0.95, spec = 0.98,
          osimertinib = 5580, gefitinib = 750, chemo = 6000, follow = 57.96 * 6.14 * 1.0144 * 1.02 * 1.0159 * 1.0207 * 1.029 * 1.0242 * 1.0098 * 1.02 * 1.002 * 1.002, progressed = 6000,
          terminal = 20000, test = 2000, harm = 3000, harm3 = 0.34, harm1 = 0.45, harmc = 0.61,
          du = 0.07, oral = 0.673, uchemo = 0.653, worse = 0.473)

# survival through a median, with a hazard ratio
curve <- function(t, median, shape, hr) exp(-log(2) * hr * (t * 12 / median)^shape)
group <- function(mutated, drug, third, t) {
    hr_p <- if (mutated) { if (drug) { if (third) b$hr_pfs3 else 1 } else 1 / b$hr_pfs_tki }
            else 1
    hr_o <- if (mutated) { if (drug) { if (third) b$hr_os3 else 1 } else 1 / b$hr_os_tki }
            else { if (drug) b$hr_os_wild else 1 }
    os <- curve(t, if (mutated) b$os_first else b$os_wild, b$shape_os, hr_o)
    pfs <- if (!mutated && drug) curve(t, b$pfs_wild_drug, b$shape_wild_drug, 1)
           else curve(t, if (mutated) b$pfs_first else b$pfs_wild, b$shape_pfs, hr_p)
    list(free = pmin(pfs, os), alive = os)
}

strategies <- list(chemotherapy = c(0, 0, 0), test_gefitinib = c(1, 0, 0),
                   test_osimertinib = c(1, 0, 1), untested = c(0, 1, 1))
rows <- list()
traces <- list()
add <- function(form, strategy, kind, name, flow, weights_d, weights_u, once_d, once_u) {
    rows[[length(rows) + 1]] <<- data.frame(form = form, strategy = strategy, kind = kind, name = name,
        discounted = sum(flow * weights_d) + once_d, undiscounted = sum(flow * weights_u) + once_u)
}
for (s in names(strategies)) {
    tested <- strategies[[s]][1]; all <- strategies[[s]][2]; third <- strategies[[s]][3]
    p_drug <- c(if (tested) 1 - b$spec else all, if (tested) b$sens else all)
    cells <- list()
    for (m in 0:1) for (d in 0:1) {
        share <- (if (m) b$mutated else 1 - b$mutated) * (if (d) p_drug[m + 1] else 1 - p_drug[m + 1])
        g <- group(m, d, third, time)
        cells[[paste0(m, d)]] <- list(share = share, d = d, free = share * g$free,
                                      worse = share * (g$alive - g$free), alive = share * g$alive)
    }
    total <- function(what, of) Reduce(`+`, lapply(cells, function(x) what(x) * x[[of]]))
    one <- function(x) 1
    drug <- function(x) x$d
    chemo <- function(x) 1 - x$d
    alive <- total(one, "alive")
    deaths <- -diff(alive)
    on_chemo <- as.numeric((0:months) < 6)
    harms <- sum(sapply(cells, function(x) x$share * (if (x$d) (if (third) b$harm3 else b$harm1) else b$harmc)))
    for (form in c("cohort", "persons")) {
        w <- if (form == "cohort") c(0.5, rep(1, months - 1), 0.5) / 12 else c(rep(1, months), 0) / 12
        # what a state costs is worked out for the month: its first half stands at the start of the
        # month, its second at the end, at the price of the month
        halves <- function(flow, factor) {
            if (form == "persons") return(c(flow[1:months] * factor[1:months], 0) / 12)
            per <- (c(flow[1:months], 0) * c(factor[1:months], 0) + c(0, flow[-1] * factor[1:months])) / 24
            per
        }
        flows <- list(drug = total(drug, "free") * 12 * (if (third) b$osimertinib else b$gefitinib),
                      chemo = total(chemo, "free") * 12 * b$chemo, follow = total(one, "free") * 12 * b$follow,
                      care = total(one, "worse") * 12 * b$progressed)
        for (n in names(flows)) {
            h <- halves(flows[[n]], if (n == "chemo") on_chemo else rep(1, months + 1))
            add(form, s, "cost", n, h, v, rep(1, months + 1), 0, 0)
        }
        die_at <- if (form == "cohort") v[-1] else v[1:months]
        add(form, s, "cost", "terminal", 0, 0, 0, b$terminal * sum(deaths * die_at), b$terminal * sum(deaths))
        add(form, s, "cost", "test", 0, 0, 0, b$test * tested, b$test * tested)
        add(form, s, "cost", "harm", 0, 0, 0, b$harm * harms, b$harm * harms)
        quality <- total(drug, "free") * b$oral + total(chemo, "free") * b$uchemo + total(one, "worse") * b$worse
        loss <- harms * b$du / 12
        add(form, s, "effect", "qaly", quality, w * v, w, -loss, -loss)
        add(form, s, "effect", "life_years", alive, w * v, w, 0, 0)
    }
    for (k in c(0, 6, 12, 24, 60, 120, 180))
        traces[[length(traces) + 1]] <- data.frame(strategy = s, cycle = k,
            md_free = cells[["11"]]$free[k + 1], mc_free = cells[["10"]]$free[k + 1],
            wd_free = cells[["01"]]$free[k + 1], wc_free = cells[["00"]]$free[k + 1],
            md_worse = cells[["11"]]$worse[k + 1], mc_worse = cells[["10"]]$worse[k + 1],
            wd_worse = cells[["01"]]$worse[k + 1], wc_worse = cells[["00"]]$worse[k + 1],
            dead = 1 - alive[k + 1])
}
out <- function(name, head, data) {
    f <- file(file.path(here, name), "w")
    writeLines(head, f)
    for (i in seq_along(data)) if (is.numeric(data[[i]])) data[[i]] <- trimws(formatC(data[[i]], digits = 17, format = "g"))
    write.csv(data, f, row.names = FALSE, quote = FALSE)
    close(f)
}
summary <- do.call(rbind, rows)
out("summary.csv", c("# Base case per patient: written by recompute.R, an independent computation in base R.",
    "# CNY of 2024, 5 % a year. cohort: half of both ends of a month; persons: its start."), summary)
out("trace.csv", "# Shares after so many months: written by recompute.R.", do.call(rbind, traces))
