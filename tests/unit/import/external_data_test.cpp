// Weights in files beside the model, which must stay beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

using Entries = std::vector<std::pair<std::string, std::string>>;

// y = x + w, the four floats of w in external data described by `entries`.
SmallModel model_with(const Entries& entries) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  auto& tensor = *model.proto.mutable_graph()->add_initializer();
  tensor.set_name("w");
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.add_dims(4);
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  for (const auto& [key, value] : entries) {
    auto& entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  }
  model.node("Add", {"x", "w"}, {"y"}, "add");
  return model;
}

class ExternalData : public testing::Test {
 protected:
  void SetUp() override {
    path_ = temporary_path("weights.data");
    name_ = fs::path(path_).filename().string();
    std::string bytes(24, '\0');
    bytes.replace(4, 4, std::string("\x00\x00\x20\x40", 4));  // 2.5f
    write_file(path_, bytes);
  }
  void TearDown() override { fs::remove(path_); }
  std::string path_, name_;
};

TEST_F(ExternalData, AreReadFromTheirOffset) {
  const Graph graph = model_with({{"location", name_}, {"offset", "4"}, {"length", "16"}}).import();
  EXPECT_EQ(element_as_double(*tensor_named(graph, "w").constant, 0), 2.5);
}

TEST_F(ExternalData, WithoutALengthReachToTheEndOfTheFile) {
  EXPECT_EQ(model_with({{"location", name_}, {"offset", "8"}}).error(), "none");
  EXPECT_EQ(model_with({{"location", name_}}).error(), "initializer 'w' (float32 4) needs 16 bytes, the file holds 24");
}

TEST_F(ExternalData, BeyondTheFileAreRefused) {
  EXPECT_EQ(model_with({{"location", name_}, {"offset", "16"}, {"length", "16"}}).error(),
            "initializer 'w': external data '" + name_ + "': has 24 bytes, 16 wanted from byte 16 on");
  EXPECT_THAT(
      model_with({{"location", name_}, {"offset", "9000000000000000000"}, {"length", "9000000000000000000"}}).error(),
      HasSubstr("has 24 bytes, 9000000000000000000 wanted"));
}

TEST_F(ExternalData, OfAnotherLengthThanTheTensorsAreRefused) {
  EXPECT_EQ(model_with({{"location", name_}, {"length", "12"}}).error(),
            "initializer 'w' (float32 4) needs 16 bytes, the file holds 12");
}

TEST_F(ExternalData, WithNumbersThatAreNoneAreRefused) {
  for (const std::string text : {"", "x", "4x", "-4", "99999999999999999999", "1.5"}) {
    EXPECT_EQ(model_with({{"location", name_}, {"offset", text}}).error(),
              "initializer 'w': external data have offset '" + text + "', not a number of bytes");
  }
}

TEST_F(ExternalData, ThatAreNotThereNameTheFile) {
  EXPECT_EQ(model_with({{"location", "no_such.data"}}).error(),
            "initializer 'w': external data 'no_such.data': No such file or directory");
  EXPECT_EQ(model_with({}).error(), "initializer 'w': external data without a location");
}

TEST_F(ExternalData, OutsideTheModelsFolderAreRefused) {
  for (const std::string& location :
       {std::string("../secret"), std::string("a/../../secret"), std::string("/etc/passwd"), path_}) {
    EXPECT_EQ(model_with({{"location", location}}).error(),
              "initializer 'w': external data '" + location + "' lie outside the model's folder");
  }
}

TEST_F(ExternalData, BehindALinkOutOfTheFolderAreRefused) {
  const std::string link = temporary_path("link.data");
  fs::create_symlink("/etc/passwd", link);
  const std::string location = fs::path(link).filename().string();
  EXPECT_EQ(model_with({{"location", location}}).error(),
            "initializer 'w': external data '" + location + "' lie outside the model's folder");
  fs::remove(link);
}

TEST_F(ExternalData, MayLieInAFolderBelow) {
  const std::string folder = temporary_path("below");
  fs::create_directory(folder);
  write_file(folder + "/w.data", std::string(16, '\0'));
  EXPECT_EQ(model_with({{"location", fs::path(folder).filename().string() + "/w.data"}}).error(), "none");
  fs::remove_all(folder);
}

TEST_F(ExternalData, OfAShapeTooLargeAreNotRead) {
  SmallModel model = model_with({{"location", name_}});
  model.proto.mutable_graph()->mutable_initializer(0)->set_dims(0, std::int64_t{1} << 40);
  EXPECT_THAT(model.error(), HasSubstr("has more than 2^31 elements"));
}

}  // namespace
}  // namespace intloom::graph
