# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a result of Hecate with other people's tools.

readers.py check FILE       h5py, netCDF4, xarray: names, labels, values of tests/store/example_result.h
readers.py tables FOLDER    the exported tables, with Python's own CSV and JSON readers
readers.py snippets DOC LANGUAGE    runs the fenced blocks of one language, here

Leaves with 77 when a tool is not installed.
"""
import csv
import glob
import json
import math
import os
import re
import subprocess
import sys

STRATEGIES = ["usual care", "新疗法", "both, together"]


def need(*modules):
    for module in modules:
        try:
            __import__(module)
        except ImportError:
            print(f"skipped: Python has no module {module}")
            sys.exit(77)


def steps(start, step, *shape):
    """What example_fill puts into an array, in its shape."""
    import numpy
    return (start + step * numpy.arange(math.prod(shape), dtype=float)).reshape(shape)


VALUES = {
    "base/cost": ((151579.86595739, 98000.25, 3), ("strategy",)),
    "base/effect": ((20.7113314643222, 0.75, 3), ("strategy",)),
    "base/trace": ((0.01, 0.02, 3, 5, 3), ("strategy", "point", "state")),
    "base/year_cost": ((100, 50, 3, 2, 2), ("strategy", "year", "category")),
    "psa/cost": ((1e5, 1 / 3, 3, 1000), ("strategy", "draw")),
    "analysis/ceac": ((0.05, 0.05, 4, 3), ("wtp", "strategy")),
}


def check_h5py(path):
    import h5py
    with h5py.File(path) as f:
        assert list(f["strategy"].asstr()[:]) == STRATEGIES
        assert f.attrs["hecate_layout"] == 1 and f.attrs["title"] == "Sick-Sicker, 示例"
        assert f.attrs["seed"] == 20260101 and f.attrs["note"] == ""
        assert list(f["base/cea/status"].asstr()[:]) == ["ND", "D", "ND"]
        assert list(f["base/cea/quadrant"].asstr()[:])[0] == ""
        assert list(f["base/cea/order"][:]) == [0, 2, 1]
        assert math.isnan(f["base/cea/icer"][1]) and f["base/single"][()] == 0
        for name, (fill, axes) in VALUES.items():
            array = f[name]
            assert (array[...] == steps(*fill)).all(), name
            assert tuple(d[0].name for d in array.dims) == tuple("/" + a for a in axes), name
        assert f["base/cost"].attrs["units"] == "CNY"


def check_netcdf4(path):
    import netCDF4
    with netCDF4.Dataset(path) as f:
        assert list(f["strategy"][:]) == STRATEGIES
        assert f.dimensions["draw"].size == 1000 and "draw" not in f.variables
        assert f["base/cea/quadrant"][0] == ""
        for name, (fill, axes) in VALUES.items():
            assert f[name].dimensions == axes, name
            assert (f[name][...] == steps(*fill)).all(), name


def check_xarray(path, engine):
    import xarray
    root = xarray.open_dataset(path, engine=engine)
    assert list(root.strategy.values) == STRATEGIES and "draw" not in root
    for name, (fill, axes) in VALUES.items():
        group, array = name.split("/")
        data = xarray.open_dataset(path, engine=engine, group=group)
        assert array in data.data_vars and data[array].dims == axes, name
        assert (data[array].values == steps(*fill)).all(), name
        data.close()
    root.close()


def check_editable(path):
    """netCDF-4 opens for writing only what keeps the order of its links."""
    import netCDF4
    with netCDF4.Dataset(path, "r+") as f:
        f["base"].createVariable("mine", "f8", ("strategy",))[:] = 1
    check_h5py(path)


def check(path):
    need("numpy", "h5py", "netCDF4", "xarray", "h5netcdf")
    check_h5py(path)
    check_netcdf4(path)
    check_xarray(path, "netcdf4")
    check_xarray(path, "h5netcdf")
    check_editable(path)


def same(csv_cell, value):
    if value is None:
        return csv_cell == ""
    return csv_cell == value if isinstance(value, str) else float(csv_cell) == value


def tables(folder):
    names = sorted(glob.glob(os.path.join(folder, "*.csv")))
    assert len(names) > 20
    for name in names:
        with open(name, encoding="utf-8", newline="") as text:
            header, *rows = csv.reader(text)
        with open(name[:-3] + "json", encoding="utf-8") as text:
            objects = json.load(text)
        assert len(set(header)) == len(header) and len(rows) == len(objects), name
        for row, item in zip(rows, objects):
            assert list(item) == header and len(row) == len(header), name
            assert all(same(cell, value) for cell, value in zip(row, item.values())), (name, row)


COMMANDS = {
    "python": [sys.executable, "-"],
    "r": ["Rscript", "-"],
    "sh": ["sh", "-e"],
}
LIBRARIES = {"python": ["h5py", "xarray", "h5netcdf"], "r": ["hdf5r", "ncdf4"], "sh": ["h5dump"]}


def installed(language):
    if language == "python":
        need(*LIBRARIES["python"])
    for name in LIBRARIES[language] if language != "python" else []:
        test = (["Rscript", "-e", f"stopifnot(requireNamespace('{name}', quietly = TRUE))"]
                if language == "r" else ["sh", "-c", f"command -v {name}"])
        try:
            found = subprocess.run(test, capture_output=True).returncode == 0
        except FileNotFoundError:
            found = False
        if not found:
            print(f"skipped: {name} is not installed")
            sys.exit(77)


def snippets(document, language):
    installed(language)
    with open(document, encoding="utf-8") as text:
        blocks = re.findall(rf"^```{language}\n(.*?)^```$", text.read(), re.M | re.S)
    assert blocks, f"no blocks of {language}"
    for block in blocks:
        run = subprocess.run(COMMANDS[language], input=block, text=True, capture_output=True)
        assert run.returncode == 0, f"{block}\n{run.stdout}{run.stderr}"
        assert run.stdout.strip(), f"says nothing:\n{block}"


if __name__ == "__main__":
    {"check": check, "tables": tables, "snippets": snippets}[sys.argv[1]](*sys.argv[2:])
