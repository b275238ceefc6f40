# SPDX-License-Identifier: GPL-3.0-or-later
# The installed tree: command, library, headers, models and inputs, documents, and two ways for
# other builds to find the library. All paths inside it are relative, so it can be moved.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(HECATE_INSTALL_DATADIR ${CMAKE_INSTALL_DATADIR}/hecate)
set(HECATE_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/hecate)

install(TARGETS hecate EXPORT hecateTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET hecate_command)
  file(RELATIVE_PATH bin_to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(hecate_command PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
  install(TARGETS hecate_command RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY include/hecate ${PROJECT_BINARY_DIR}/generated/hecate
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY models inputs DESTINATION ${HECATE_INSTALL_DATADIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# find_package(hecate)
install(EXPORT hecateTargets NAMESPACE hecate:: DESTINATION ${HECATE_INSTALL_CMAKEDIR})
configure_package_config_file(cmake/hecateConfig.cmake.in ${PROJECT_BINARY_DIR}/hecateConfig.cmake
                              INSTALL_DESTINATION ${HECATE_INSTALL_CMAKEDIR}
                              PATH_VARS HECATE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hecateConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hecateConfig.cmake
              ${PROJECT_BINARY_DIR}/hecateConfigVersion.cmake
        DESTINATION ${HECATE_INSTALL_CMAKEDIR})

# pkg-config hecate. A shared library carries its dependencies; a static one lists them, and not as
# private ones: they are shared libraries, while `pkg-config --static` asks for archives.
if(NOT BUILD_SHARED_LIBS)
  set(HECATE_PC_REQUIRES "lapacke openblas gsl yaml-0.1 libmd")
  set(hdf5_libraries ${HDF5_C_HL_LIBRARIES} ${HDF5_C_LIBRARIES})
  list(REMOVE_DUPLICATES hdf5_libraries)
  list(JOIN hdf5_libraries " " hdf5_libraries)
  set(HECATE_PC_LIBS "${hdf5_libraries} ${OpenMP_C_FLAGS} -lm")
endif()
file(RELATIVE_PATH HECATE_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/hecate.pc.in ${PROJECT_BINARY_DIR}/hecate.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/hecate.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
