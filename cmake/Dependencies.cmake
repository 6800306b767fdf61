# Debian packages only. What differs between Debian 12 and 13 is settled here.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)
find_package(OpenSSL REQUIRED)
# By pkg-config: Debian 12's CMake config of libzip demands its command line tools.
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
find_package(Threads REQUIRED)

# yaml-cpp 0.7 exports yaml-cpp, 0.8 yaml-cpp::yaml-cpp.
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

# Tests are built where their packages are installed (tools/test.sh installs them), unless the user decides.
if(INTLOOM_TESTS STREQUAL "AUTO")
  find_package(GTest QUIET)
  find_package(rapidcheck QUIET)
  set(INTLOOM_BUILD_TESTS OFF)
  if(GTest_FOUND AND rapidcheck_FOUND)
    set(INTLOOM_BUILD_TESTS ON)
  endif()
elseif(INTLOOM_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  set(INTLOOM_BUILD_TESTS ON)
endif()
if(INTLOOM_BENCH)
  find_package(benchmark REQUIRED)
endif()

# Names with "::" tell a package's target from a folder's (cmake/Folder.cmake).
# onnx 1.12 exports onnx, 1.17 ONNX::onnx.
if(TARGET ONNX::onnx)
  add_library(onnx::onnx ALIAS ONNX::onnx)
else()
  add_library(onnx::onnx ALIAS onnx)
endif()
if(INTLOOM_BUILD_TESTS)
  add_library(rapidcheck::rapidcheck ALIAS rapidcheck)
endif()
