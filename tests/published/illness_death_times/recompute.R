# SPDX-License-Identifier: GPL-3.0-or-later
# Illness and death on two clocks by nested quadrature: nobody is simulated.
script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
here <- dirname(normalizePath(script))
source(file.path(here, "../recompute.R"))

horizon <- 40
gompertz_a <- 0.00003 * exp(0.095 * 55)
other_left <- function(t) exp(-gompertz_a * expm1(0.095 * t) / 0.095)
other_rate <- function(t) gompertz_a * exp(0.095 * t)
cause_left <- function(d) exp(-(d / 9)^1.5)
cause_rate <- function(d) 1.5 / 9 * (d / 9)^0.5
area <- function(f, from, to) if (to <= from) 0 else integrate(f, from, to, rel.tol = 1e-11, subdivisions = 1000)$value

simulate <- function(hr, drug, rate) {
    discount <- function(t) (1 + rate)^-t
    onset_left <- function(t) exp(-hr * (t / 12)^1.2)
    onset_rate <- function(t) hr * 1.2 / 12 * (t / 12)^0.2
    healthy <- function(t) onset_left(t) * other_left(t)
    onset <- function(s) healthy(s) * onset_rate(s)
    # of a person falling ill at s: `what(t)` from s on, while ill
    after <- function(s, what) {
        area(function(t) cause_left(t - s) * other_left(t) / other_left(s) * what(t), s, horizon)
    }
    over_onsets <- function(f) area(function(s) onset(s) * sapply(s, f), 0, horizon)
    ill_years <- over_onsets(function(s) after(s, discount))
    deaths <- area(function(t) healthy(t) * other_rate(t) * discount(t), 0, horizon) +
        over_onsets(function(s) after(s, function(t) (cause_rate(t - s) + other_rate(t)) * discount(t)))
    onsets <- area(function(s) onset(s) * discount(s), 0, horizon)
    healthy_years <- area(function(t) healthy(t) * discount(t), 0, horizon)
    ill_worth <- over_onsets(function(s) (0.7 - 0.004 * s) * after(s, discount))
    c(costs.care = 3000 * ill_years, costs.onset = 8000 * onsets, costs.death = 4000 * deaths,
      costs.drug = drug * 400 * healthy_years, effects.qaly = 0.9 * healthy_years + ill_worth - 0.05 * onsets,
      effects.life_years = healthy_years + ill_years)
}

strategy <- function(hr, drug) cbind(simulate(hr, drug, 0.03), simulate(hr, drug, 0))
write_expected("expected.csv", list(usual = strategy(1, 0), prevent = strategy(0.7, 1)),
               "Illness and death in continuous time: what is expected of a person")
