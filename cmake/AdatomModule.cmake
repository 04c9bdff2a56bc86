# One call makes a module: its library, its tests and its benchmarks, with the floor checked.
#
#   adatom_module(columns FLOOR 3 DEPENDS base numeric image PRIVATE_LIBS Eigen3::Eigen
#                 TEST_LIBS Ceres::ceres)
#
# DEPENDS are modules on lower floors; PRIVATE_LIBS are third-party libraries; TEST_LIBS are what
# only the tests and benchmarks need. Sources are src/*.cpp and one folder deeper.
# Tests by name: tests/*_slow_test.cpp are labelled slow, *_external_test.cpp external (they need
# real files outside the repository), every other *_test.cpp fast.

set_property(GLOBAL PROPERTY ADATOM_MODULES "")
include(AdatomUnity)

function(adatom_warnings target)
  # -Wrestrict of g++ 12 cries wolf at "text" + std::string (GCC bug 105651).
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  if(ADATOM_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()

# Flags for the whole build, set once by the first module.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-O3)
endif()
if(ADATOM_NATIVE)
  add_compile_options(-march=native)
endif()
if(ADATOM_SANITIZE)
  # What is left out of `undefined` looks at every access to memory, as `address` does; it would make
  # compiling two thirds longer.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined
                      -fno-sanitize=null,alignment,object-size,vptr,pointer-overflow
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(ADATOM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# What every test may use: a main that traps numeric mistakes, running the program, comparing folders.
if(BUILD_TESTING)
  set(support ${CMAKE_SOURCE_DIR}/tests/support)
  add_library(adatom_test_support STATIC ${support}/trapping_main.cpp ${support}/program.cpp
              ${support}/folder_bytes.cpp)
  target_include_directories(adatom_test_support PUBLIC ${support})
  target_compile_definitions(adatom_test_support PUBLIC
    ADATOM_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    ADATOM_PROGRAM="${CMAKE_BINARY_DIR}/bin/adatom")
  target_link_libraries(adatom_test_support PUBLIC GTest::gtest)
  adatom_warnings(adatom_test_support)
endif()

# One test executable of some sources, unless tests of this label are not wanted; every gtest case is
# a ctest case with the label.
function(adatom_test name label)
  cmake_parse_arguments(T "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT label IN_LIST ADATOM_TEST_LABELS)
    return()
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE ${T_LIBS} adatom_test_support)
  adatom_warnings(${name})
  adatom_unity(${name} ${T_SOURCES})
  if(ADATOM_UNITY)
    # Of two sources in one, a local of this may have the name of a global of that.
    target_compile_options(${name} PRIVATE -Wno-shadow)
  endif()
  # What takes time is the library under test; that the test itself compiles fast counts more.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  set(timeout 120)
  set(cost 0)
  if(label STREQUAL "slow")
    set(timeout 900)
    set(cost 10)  # first, so that none runs alone in the end
  endif()
  if(ADATOM_SANITIZE)
    # With sanitizers a process starts slowly: two processes share the cases.
    foreach(half 0 1)
      add_test(NAME ${name}.${half} COMMAND ${name} --gtest_brief=1)
      set_tests_properties(${name}.${half} PROPERTIES LABELS ${label} TIMEOUT 900
                           ENVIRONMENT "GTEST_TOTAL_SHARDS=2;GTEST_SHARD_INDEX=${half}")
    endforeach()
    return()
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
                       PROPERTIES LABELS ${label} TIMEOUT ${timeout} COST ${cost})
endfunction()

function(adatom_module name)
  cmake_parse_arguments(M "" "FLOOR" "DEPENDS;PRIVATE_LIBS;TEST_LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS src/*.cpp src/*/*.cpp)
  set(target adatom_${name})
  add_library(${target} STATIC ${sources})
  add_library(adatom::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES FLOOR ${M_FLOOR})
  set_property(GLOBAL APPEND PROPERTY ADATOM_MODULES ${name})
  target_include_directories(${target} PUBLIC include PRIVATE src)
  adatom_warnings(${target})
  adatom_unity(${target} ${sources})
  foreach(dependency IN LISTS M_DEPENDS)
    if(NOT TARGET adatom_${dependency})
      message(FATAL_ERROR "module ${name} depends on ${dependency}, which does not exist below it")
    endif()
    get_target_property(floor adatom_${dependency} FLOOR)
    if(NOT floor LESS M_FLOOR)
      message(FATAL_ERROR "module ${name} (floor ${M_FLOOR}) may not depend on ${dependency} "
                          "(floor ${floor}): only lower floors")
    endif()
    target_link_libraries(${target} PUBLIC adatom::${dependency})
  endforeach()
  target_link_libraries(${target} PRIVATE ${M_PRIVATE_LIBS})

  if(BUILD_TESTING)
    file(GLOB tests CONFIGURE_DEPENDS tests/*_test.cpp)
    file(GLOB support CONFIGURE_DEPENDS tests/support/*.cpp)
    set(test_support adatom_test_support)
    if(support)
      set(test_support ${target}_test_support)
      add_library(${test_support} STATIC ${support})
      adatom_warnings(${test_support})
      target_include_directories(${test_support} PUBLIC src tests)
      target_link_libraries(${test_support} PUBLIC adatom::${name} adatom_test_support
                            ${M_PRIVATE_LIBS} ${M_TEST_LIBS})
    endif()
    foreach(label fast slow external)
      set(chosen ${tests})
      if(label STREQUAL "fast")
        list(FILTER chosen EXCLUDE REGEX "_(slow|external)_test\\.cpp$")
      else()
        list(FILTER chosen INCLUDE REGEX "_${label}_test\\.cpp$")
      endif()
      if(chosen)
        adatom_test(adatom_${name}_${label}_test ${label} SOURCES ${chosen}
                    LIBS adatom::${name} ${M_PRIVATE_LIBS} ${M_TEST_LIBS} ${test_support})
        if(TARGET adatom_${name}_${label}_test)
          target_include_directories(adatom_${name}_${label}_test PRIVATE src tests)
        endif()
      endif()
    endforeach()
  endif()
  if(ADATOM_BENCHMARKS)
    file(GLOB benchmarks CONFIGURE_DEPENDS bench/*_benchmark.cpp)
    if(benchmarks)
      add_executable(adatom_${name}_benchmark ${benchmarks})
      adatom_warnings(adatom_${name}_benchmark)
      target_include_directories(adatom_${name}_benchmark PRIVATE src tests)
      target_link_libraries(adatom_${name}_benchmark PRIVATE adatom::${name} ${M_PRIVATE_LIBS}
                            ${M_TEST_LIBS} benchmark::benchmark_main ${test_support})
      add_test(NAME ${name}.benchmark_smoke
               COMMAND adatom_${name}_benchmark --benchmark_min_time=0.001
                       --benchmark_filter=smoke)
      set_tests_properties(${name}.benchmark_smoke PROPERTIES LABELS slow TIMEOUT 300)
    endif()
  endif()
endfunction()
