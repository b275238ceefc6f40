#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the coefficients that vmath.h holds and prints them as hex floats with their error.

Needs mpmath only; not part of the build. Polynomials by the Remez exchange, rational functions by
repeatedly reweighted least squares on Chebyshev nodes, all in 80 decimal digits."""
import mpmath as m
from mpmath import mpf

m.mp.dps = 80


def polynomial(f, lo, hi, degree, rounds=12, grid=1500):
    """Least greatest absolute error over [lo, hi]: coefficients, lowest first, and that error."""
    mid, half, size = (lo + hi) / 2, (hi - lo) / 2, degree + 2
    nodes = [mid - half * m.cos(m.pi * (2 * i + 1) / (2 * size)) for i in range(size)]
    points = [mid - half * m.cos(m.pi * i / grid) for i in range(grid + 1)]
    values = [f(x) for x in points]
    for _ in range(rounds):
        system = m.matrix(size, size)
        for i, x in enumerate(nodes):
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, size - 1] = (-1) ** i
        solution = m.lu_solve(system, m.matrix([f(x) for x in nodes]))
        c = [solution[j] for j in range(degree + 1)]
        error = [m.polyval(c[::-1], x) - v for x, v in zip(points, values)]
        peaks = []
        for i, e in enumerate(error):
            if peaks and (error[peaks[-1]] > 0) == (e > 0):
                if abs(e) > abs(error[peaks[-1]]):
                    peaks[-1] = i
            else:
                peaks.append(i)
        if len(peaks) < size:
            break
        while len(peaks) > size:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        nodes = [points[i] for i in peaks]
    return c, max(map(abs, error))


def rational(f, lo, hi, upper, lower, fold=None, rounds=8):
    """Small relative error; nodes crowd by (x - fold) / (x + fold). Denominator starts with 1."""
    there = (lambda x: (x - fold) / (x + fold)) if fold else (lambda x: x)
    back = (lambda t: fold * (1 + t) / (1 - t)) if fold else (lambda t: t)
    a, b, count, columns = there(lo), there(hi), 6 * (upper + lower), upper + 1 + lower
    xs = [back((a + b) / 2 - (b - a) / 2 * m.cos(m.pi * (2 * i + 1) / (2 * count)))
          for i in range(count)]
    fs, below, best = [f(x) for x in xs], [mpf(1)] * count, None
    for _ in range(rounds):
        system, right = m.matrix(count, columns), m.matrix(count, 1)
        for i, (x, y) in enumerate(zip(xs, fs)):
            weight = 1 / abs(below[i] * y)
            for j in range(upper + 1):
                system[i, j] = (x / hi) ** j * weight
            for j in range(1, lower + 1):
                system[i, upper + j] = -y * (x / hi) ** j * weight
            right[i] = y * weight
        s = m.qr_solve(system, right)[0]
        p = [s[j] / hi**j for j in range(upper + 1)]
        q = [mpf(1)] + [s[upper + j] / hi**j for j in range(1, lower + 1)]
        below = [m.polyval(q[::-1], x) for x in xs]
        worst = max(abs(m.polyval(p[::-1], x) / d / y - 1) for x, d, y in zip(xs, below, fs))
        if best is None or worst < best[0]:
            best = (worst, p, q)
    return best[1], best[2], best[0]


def tail_quantile(r):
    """x with normal_cdf(-x) = exp(-r^2)."""
    p = m.exp(-r * r)
    if p > mpf("0.02"):
        return m.sqrt(2) * m.erfinv(1 - 2 * p)
    x = m.sqrt(-2 * m.log(p * m.sqrt(-4 * m.pi * m.log(p))))
    for _ in range(80):
        area = m.erfc(x / m.sqrt(2)) / 2
        step = m.log(area / p) * area / m.npdf(x)
        x += step
        if abs(step) < mpf(10) ** -50 * x:
            break
    return x


def show(name, coefficients):
    print(name, ", ".join(float(c).hex() for c in coefficients))


def main():
    wider, tiny = mpf("1.0005"), mpf(10) ** -20
    log2 = m.log(2)
    high = m.floor(log2 * 2**42) / 2**42
    show("1/ln 2, high and low part of ln 2:", [1 / log2, high, log2 - high])

    r = log2 / 2 * wider
    c, e = polynomial(lambda x: (m.expm1(x) - x) / x**2 if abs(x) > tiny else mpf(1) / 2, -r, r, 10)
    show("exp", c)
    print("  2 ^", m.nstr(m.log(e * r * r, 2), 4))

    top = ((m.sqrt(2) - 1) / (m.sqrt(2) + 1)) ** 2 * wider
    series = lambda z, skip: m.nsum(lambda j: 2 / (2 * (j + skip) + 1) * z**j, [0, m.inf])
    for name, skip, degree in (("log", 1, 6), ("log for pow", 2, 7)):
        c, e = polynomial(lambda z: series(z, mpf(skip)), mpf(0), top, degree, grid=400)
        show(name, c)
        print("  2 ^", m.nstr(m.log(e * top**skip / 2, 2), 4))

    p, q, e = rational(lambda a: m.erfc(a / m.sqrt(2)) / 2 * m.exp(a * a / 2), mpf(0), mpf("38.6"),
                       10, 11, fold=mpf(4))
    show("cdf above", p), show("cdf below", q)
    print("  2 ^", m.nstr(m.log(e, 2), 4))

    edge = mpf("0.425") ** 2
    middle = lambda d: m.sqrt(2) * m.erfinv(2 * m.sqrt(edge - d)) / m.sqrt(edge - d)
    p, q, e = rational(middle, mpf(0), edge - mpf(10) ** -15, 7, 7)
    show("quantile, middle, above", p), show("below", q)
    print("  2 ^", m.nstr(m.log(e, 2), 4))
    p, q, e = rational(tail_quantile, m.sqrt(-m.log(mpf("0.075"))), mpf("27.31"), 10, 10,
                       fold=mpf(4))
    show("quantile, tail, above", p), show("below", q)
    print("  2 ^", m.nstr(m.log(e, 2), 4))


if __name__ == "__main__":
    main()
