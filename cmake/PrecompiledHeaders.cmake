# What most files of a kind include, compiled once: four kinds, each owned by a target without code of its own.
# base: the standard library and fmt; systemc: base, SystemC and TLM; test: base, GoogleTest and RapidCheck; block_test:
# all of them.
function(intloom_precompiled kind)
  cmake_parse_arguments(ARG "" "" "DEPENDS;HEADERS" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/precompiled_${kind}.cpp)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "")
  endif()
  add_library(intloom_precompiled_${kind} OBJECT ${source})
  # -Wpedantic changes predefined macros: it must be the users' too, or the compiler refuses the header.
  intloom_compile_options(intloom_precompiled_${kind})
  target_link_libraries(intloom_precompiled_${kind} PRIVATE ${ARG_DEPENDS})
  target_precompile_headers(intloom_precompiled_${kind} PRIVATE
    <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <stdexcept> <string> <string_view> <variant> <vector>
    <fmt/format.h> ${ARG_HEADERS})
endfunction()

intloom_precompiled(base DEPENDS fmt::fmt)
intloom_precompiled(systemc DEPENDS fmt::fmt PkgConfig::SYSTEMC HEADERS <systemc> <tlm>
  <tlm_utils/simple_initiator_socket.h> <tlm_utils/simple_target_socket.h>)
target_compile_definitions(intloom_precompiled_systemc PRIVATE SC_INCLUDE_DYNAMIC_PROCESSES)
if(INTLOOM_BUILD_TESTS)
  intloom_precompiled(test DEPENDS fmt::fmt GTest::gtest GTest::gmock rapidcheck
    HEADERS <gmock/gmock.h> <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h>)
  intloom_precompiled(block_test DEPENDS fmt::fmt GTest::gtest GTest::gmock rapidcheck PkgConfig::SYSTEMC
    HEADERS <gmock/gmock.h> <gtest/gtest.h> <rapidcheck.h> <rapidcheck/gtest.h> <systemc> <tlm>)
  target_compile_definitions(intloom_precompiled_block_test PRIVATE SC_INCLUDE_DYNAMIC_PROCESSES)
  intloom_test_options(intloom_precompiled_test)
  intloom_test_options(intloom_precompiled_block_test)
endif()
