# SPDX-License-Identifier: GPL-3.0-or-later
# What the library stands on. cmake/hecateConfig.cmake.in repeats the list for static consumers.
find_package(PkgConfig REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS C)
find_package(HDF5 REQUIRED COMPONENTS C HL)
pkg_check_modules(GSL REQUIRED IMPORTED_TARGET gsl)
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(LAPACKE REQUIRED IMPORTED_TARGET lapacke)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(LIBMD REQUIRED IMPORTED_TARGET libmd)
if(HECATE_TESTS)
  pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()

# OpenBLAS stands before GSL: the latter brings libgslcblas, a reference BLAS of the same names.
set(HECATE_DEPENDENCIES PkgConfig::LAPACKE PkgConfig::OPENBLAS PkgConfig::GSL PkgConfig::YAML
    PkgConfig::LIBMD hdf5::hdf5_hl hdf5::hdf5 OpenMP::OpenMP_C m)
