# SPDX-License-Identifier: GPL-3.0-or-later
# Writes quantiles_r.txt: quantiles and distribution functions of R's stats package.
#   Rscript quantiles_r.R > quantiles_r.txt
# Rows: family, its natural parameters, "q" p quantile (or "p" x cdf survival). Upper quantiles are
# asked for by 1 - p, which is exact in doubles, so that neither tail loses digits.
# Quantiles are polished against R's own distribution function where the quantile function stops
# early (gamma and beta, by Newton's rule on the logarithm of the nearer tail).
cat("# SPDX-License-Identifier: GPL-3.0-or-later\n")
cat("# ", R.version.string, ": Rscript quantiles_r.R\n", sep = "")
families <- list(
  normal = list(qnorm, pnorm, list(c(2, 3), c(-5, .1))),
  lognormal = list(qlnorm, plnorm, list(c(1.1, .8), c(log(.6), .02))),
  gamma = list(qgamma, pgamma, list(c(.01, 1), c(.1, 2), c(.5, 1), c(1, 1), c(1.7, .35), c(20, 1e4),
    c(30, 200), c(177.8, .04), c(250, 1), c(1e4, 1), c(1e6, 10)), dgamma),
  beta = list(qbeta, pbeta, list(c(.5, .5), c(200, 3), c(3, 200), c(2, 3), c(.1, .1), c(.05, 2),
    c(130, 45), c(1, 1), c(230, 230), c(300, 15), c(1e4, 1e5), c(2e5, 1e5), c(25, .3)), dbeta),
  uniform = list(qunif, punif, list(c(-1, 4))),
  exponential = list(qexp, pexp, list(.12)),
  weibull = list(qweibull, pweibull, list(c(1.3, 5), c(.4, 2), c(8, 70))),
  poisson = list(qpois, ppois, list(.3, 3.7, 250, 1e5)),
  bernoulli = list(function(p, ...) qbinom(p, 1, ...), function(x, ...) pbinom(x, 1, ...), list(.3)))
ps <- c(1e-10, 1e-6, 1e-3, .025, .25, .5, .75, .975, .999, 1 - 1e-6, 1 - 1e-10)
show <- function(x) sprintf("%.17g", x)
for (name in names(families)) {
  f <- families[[name]]
  for (par in f[[3]]) {
    call <- function(g, x, lower, ...) do.call(g, c(list(x), as.list(par), list(lower.tail = lower, ...)))
    words <- paste(name, paste(show(par), collapse = " "))
    for (p in ps) {
      lower <- p <= .5
      tail <- if (lower) p else 1 - p
      q <- call(f[[1]], tail, lower)
      if (length(f) == 4 && q > 1e-300) for (i in 1:2) {
        # Newton on ln tail(q) = ln wanted
        have <- call(f[[2]], q, lower, log.p = TRUE)
        slope <- exp(do.call(f[[4]], c(list(q), as.list(par), list(log = TRUE))) - have)
        step <- (have - log(tail)) / slope * (if (lower) 1 else -1)
        if (is.finite(step) && abs(step) < 1e-6 * q) q <- q - step
      }
      cat(words, "q", show(p), show(q), "\n")
      if (abs(q) > 1e-300) cat(words, "p", show(q), show(call(f[[2]], q, TRUE)), show(call(f[[2]], q, FALSE)), "\n")
    }
  }
}
