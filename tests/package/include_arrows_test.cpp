// Who may include whom (docs/architecture.md): every #include of the product against the arrows that the folders'
// CMakeLists.txt declare. The checker itself is tested on small texts, so that it is known to fail.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "tests/package/house.h"
#include "tests/package/source_scan.h"

namespace intloom::test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const fs::path kSourceTree = INTLOOM_SOURCE_DIR;

TEST(IncludeArrows, TheFoldersDependOnlyDownwards) {
  const House house = read_house(kSourceTree);
  EXPECT_GE(house.size(), 25U);
  for (const std::string& fault : house.faults()) ADD_FAILURE() << fault;
}

TEST(IncludeArrows, EveryIncludeFollowsAnArrow) {
  const House house = read_house(kSourceTree);
  const std::vector<std::string> files = source_files(kSourceTree);
  std::size_t includes = 0;
  for (const std::string& file : files) {
    for (const Include& include : includes_of(read_file(kSourceTree / file))) {
      ++includes;
      const std::string why = house.fault(file, include);
      EXPECT_TRUE(why.empty()) << file << ':' << include.line << ": includes " << include.path << ": " << why;
    }
  }
  // An empty scan would find nothing wrong.
  for (const std::string root : {"rtl_models/", "runtime/", "sim/"})
    EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const std::string& f) { return f.rfind(root, 0) == 0; }))
        << root;
  EXPECT_GT(includes, files.size());
}

auto fields(const Include& include) { return std::make_tuple(include.line, include.path, include.quoted); }

TEST(SourceScan, FindsIncludesWithTheirLines) {
  const std::vector<Include> includes = includes_of(
      "// #include \"not/this.h\"\n"
      "#include \"rtl_models/isa/command.h\"\n"
      "  #  include <systemc>  // why\r\n"
      "#if defined(X)\n"
      "#include\"sim/cli/cli.h\"\n"
      "#endif\n"
      "const char* text = \"#include <tlm>\";\n"
      "#include_next <stdio.h>\n"
      "#include THE_HEADER\n");
  ASSERT_THAT(includes, SizeIs(4));
  EXPECT_EQ(fields(includes[0]), std::make_tuple(2, std::string("rtl_models/isa/command.h"), true));
  EXPECT_EQ(fields(includes[1]), std::make_tuple(3, std::string("systemc"), false));
  EXPECT_EQ(fields(includes[2]), std::make_tuple(5, std::string("sim/cli/cli.h"), true));
  EXPECT_EQ(fields(includes[3]), std::make_tuple(9, std::string("THE_HEADER"), true));
}

TEST(SourceScan, ReadsWhatAFolderDependsOn) {
  EXPECT_THAT(*depends_of("intloom_folder(DEPENDS isa arith fmt::fmt)\ninclude(x)\n"),
              ElementsAre("isa", "arith", "fmt::fmt"));
  EXPECT_THAT(*depends_of("# intloom_folder(DEPENDS wrong)\nintloom_folder(\n  DEPENDS isa  # why\n    block)"),
              ElementsAre("isa", "block"));
  EXPECT_THAT(*depends_of("intloom_folder()"), IsEmpty());
  EXPECT_FALSE(depends_of("add_subdirectory(isa)").has_value());
}

// A small house: cli -> session -> machine -> dma -> block -> isa, session -> reference -> graph.
House small_house() {
  House house;
  house.add("rtl_models/isa", {"fmt::fmt"});
  house.add("rtl_models/arith", {"isa"});
  house.add("rtl_models/timing", {"isa"});
  house.add("rtl_models/block", {"isa", "PkgConfig::SYSTEMC"});
  house.add("rtl_models/dma", {"block"});
  house.add("rtl_models/memory", {"block"});
  house.add("rtl_models/machine", {"dma", "memory"});
  house.add("runtime/graph", {});
  house.add("runtime/import", {"graph"});
  house.add("runtime/reference", {"graph", "isa"});
  house.add("sim/config", {"isa", "yaml-cpp::yaml-cpp"});
  house.add("sim/session", {"machine", "reference"});
  house.add("sim/cli", {"session"});
  return house;
}

std::string fault(const std::string& file, const std::string& path, bool quoted = true) {
  return small_house().fault(file, Include{1, path, quoted});
}

TEST(House, AnIncludeMayFollowArrowsAnyNumberOfSteps) {
  EXPECT_EQ(fault("rtl_models/dma/load.cpp", "rtl_models/dma/load.h"), "");
  EXPECT_EQ(fault("rtl_models/dma/load.h", "rtl_models/isa/command.h"), "");
  EXPECT_EQ(fault("sim/cli/run.cpp", "rtl_models/isa/command.h"), "");
  EXPECT_EQ(fault("sim/cli/run.cpp", "vector", false), "");
}

TEST(House, AnIncludeAgainstOrBesideTheArrowsIsAFault) {
  EXPECT_THAT(fault("sim/config/keys.cpp", "runtime/graph/graph.h"), HasSubstr("sim/config DEPENDS on isa only"));
  EXPECT_THAT(fault("sim/session/run.cpp", "sim/cli/cli.h"), HasSubstr("do not lead to sim/cli"));
  EXPECT_THAT(fault("sim/session/run.cpp", "sim/cli/cli.h", false), HasSubstr("do not lead to sim/cli"));
  EXPECT_THAT(fault("sim/session/run.cpp", "rtl_models/isa/../../sim/cli/cli.h"), HasSubstr("sim/cli"));
  EXPECT_THAT(fault("sim/cli/run.cpp", "runtime/nowhere/x.h"), HasSubstr("no folder of the house"));
  EXPECT_THAT(fault("sim/nowhere/run.cpp", "runtime/graph/graph.h"), HasSubstr("no folder of the house"));
  EXPECT_THAT(fault("sim/main.cpp", "runtime/graph/graph.h"), HasSubstr("lies in a folder"));
  EXPECT_THAT(fault("rtl_models/block/a.cpp", "runtime/graph/graph.h"), HasSubstr("nothing above it"));
  EXPECT_THAT(fault("runtime/graph/a.cpp", "sim/config/config.h"), HasSubstr("nothing above it"));
}

TEST(House, RulesHoldWhateverTheArrowsSay) {
  House house = small_house();
  house.add("rtl_models/vector", {"dma", "timing"});
  const auto of_vector = [&](const std::string& path) {
    return house.fault("rtl_models/vector/v.cpp", Include{1, path, true});
  };
  EXPECT_THAT(of_vector("rtl_models/dma/load.h"), HasSubstr("no sibling"));
  EXPECT_THAT(of_vector("rtl_models/timing/t.h"), HasSubstr("fast machine"));
  EXPECT_THAT(fault("runtime/reference/dot.cpp", "rtl_models/arith/width.h"), HasSubstr("oracle"));
  EXPECT_THAT(fault("runtime/import/a.cpp", "rtl_models/block/block.h"), HasSubstr("isa, arith and timing"));
  EXPECT_THAT(fault("runtime/graph/a.cpp", "rtl_models/isa/command.h"), HasSubstr("knows no hardware"));
  EXPECT_THAT(house.faults(),
              Contains(HasSubstr("rtl_models/vector depends on rtl_models/dma: a block includes no sibling")));
}

TEST(House, QuotesAreForFilesOfTheHouse) {
  EXPECT_THAT(fault("sim/cli/run.cpp", "cli.h"), HasSubstr("from the repository root"));
  EXPECT_THAT(fault("sim/cli/run.cpp", "../session/session.h"), HasSubstr("from the repository root"));
  EXPECT_THAT(fault("sim/cli/run.cpp", "tests/package/house.h"), HasSubstr("from the repository root"));
  EXPECT_THAT(fault("sim/cli/run.cpp", "THE_HEADER"), HasSubstr("from the repository root"));
}

TEST(House, PackagesHaveOneUserEach) {
  EXPECT_EQ(fault("sim/config/yaml_file.cpp", "yaml-cpp/yaml.h", false), "");
  EXPECT_THAT(fault("sim/cli/run.cpp", "yaml-cpp/yaml.h", false), HasSubstr("yaml-cpp"));
  EXPECT_EQ(fault("runtime/import/model.cpp", "onnx/onnx_pb.h", false), "");
  EXPECT_THAT(fault("runtime/graph/a.cpp", "onnx/onnx_pb.h", false), HasSubstr("only runtime/import"));
  EXPECT_THAT(fault("sim/session/a.cpp", "google/protobuf/message.h", false), HasSubstr("only runtime/import"));
  EXPECT_THAT(fault("sim/session/a.cpp", "model.pb.h", false), HasSubstr("only runtime/import"));
}

TEST(House, SystemCStaysInTheHardware) {
  EXPECT_EQ(fault("rtl_models/block/block.h", "systemc", false), "");
  EXPECT_EQ(fault("rtl_models/dma/burst.h", "tlm_utils/simple_initiator_socket.h", false), "");
  EXPECT_EQ(fault("sim/cli/cli.cpp", "systemc", false), "");
  EXPECT_THAT(fault("sim/cli/cli.cpp", "tlm", false), HasSubstr("SystemC"));
  EXPECT_THAT(fault("sim/session/run.cpp", "systemc", false), HasSubstr("SystemC"));
  EXPECT_THAT(fault("runtime/graph/a.cpp", "sysc/kernel/sc_time.h", false), HasSubstr("SystemC"));
  EXPECT_THAT(fault("rtl_models/arith/width.h", "systemc.h", false), HasSubstr("know no SystemC"));
}

TEST(House, ArrowsThemselvesAreChecked) {
  EXPECT_THAT(small_house().faults(), IsEmpty());
  House circle = small_house();
  circle.add("sim/trace", {"report"});
  circle.add("sim/report", {"trace"});
  EXPECT_THAT(circle.faults(), Contains(HasSubstr("sim/report depends on sim/report: that is a circle")));
  House unknown = small_house();
  unknown.add("sim/trace", {"blok"});
  EXPECT_THAT(unknown.faults(), ElementsAre("sim/trace depends on blok, which is no folder"));
  House twice = small_house();
  twice.add("sim/isa", {});
  EXPECT_THAT(twice.faults(), Contains(HasSubstr("folders of one name: rtl_models/isa, sim/isa")));
  House upwards = small_house();
  upwards.add("runtime/mapping", {"session"});
  EXPECT_THAT(upwards.faults(), Contains(HasSubstr("runtime/mapping depends on sim/session")));
}

}  // namespace
}  // namespace intloom::test
