# SPDX-License-Identifier: GPL-3.0-or-later
# What the re-computations of this folder share. Each is run by itself, `Rscript NAME/recompute.R`,
# uses base R alone, states its inputs again, and writes the expected numbers beside itself.

rate_to_prob <- function(rate, years = 1) 1 - exp(-rate * years)

# The value at the largest key not above x; times that are sums of cycles are met within 1e-9.
band <- function(x, keys, values) values[findInterval(x + 1e-9, keys)]

# results: for each strategy a matrix, a row for each `table.item`, columns discounted, undiscounted.
write_expected <- function(file, results, about) {
    lines <- c(paste("#", about), "# Computed by recompute.R beside this file, in base R, without Hecate.",
               "table,strategy,item,value,undiscounted")
    for (strategy in names(results)) {
        numbers <- results[[strategy]]
        for (row in rownames(numbers)) {
            cells <- sprintf("%.17g", numbers[row, ])
            if (startsWith(row, "use.")) cells <- cells[1]
            lines <- c(lines, paste(c(sub("[.].*", "", row), strategy, sub("[^.]*[.]", "", row), cells),
                                    collapse = ","))
        }
    }
    writeLines(lines, file.path(here, file))
}
