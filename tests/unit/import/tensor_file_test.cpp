// Tensor files that NumPy and the onnx package wrote (tests/data/onnx_models/make.py).
#include "runtime/import/tensor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
using testing::Key;
using testing::UnorderedElementsAre;

std::string file(const std::string& name) { return committed("tensors/" + name); }

// Element (i, j) of every committed 3x4 array is 10 i + j - 7, plus what makes it fit.
void expect_values(const TensorData& tensor, DataType type, double offset = 0) {
  EXPECT_EQ(tensor.type, type);
  ASSERT_EQ(tensor.shape, (Shape{3, 4}));
  ASSERT_EQ(tensor.bytes.size(), 12 * data_type_bytes(type));
  for (std::int64_t i = 0; i < 3; ++i) {
    for (std::int64_t j = 0; j < 4; ++j) {
      EXPECT_EQ(element_as_double(tensor, 4 * i + j), static_cast<double>(10 * i + j) - 7 + offset) << i << "," << j;
    }
  }
}

std::string problem(const std::string& path) {
  try {
    read_tensor_file(path);
  } catch (const TensorFileError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.rfind(path + ": ", 0), 0u) << message;
    return message.substr(path.size() + 2);
  }
  return "none";
}

TEST(Npy, HoldsEachType) {
  expect_values(read_tensor_file(file("f4.npy")).at(""), DataType::float32);
  expect_values(read_tensor_file(file("i1.npy")).at(""), DataType::int8);
  expect_values(read_tensor_file(file("u1.npy")).at(""), DataType::uint8, 7);
  expect_values(read_tensor_file(file("i4.npy")).at(""), DataType::int32);
  expect_values(read_tensor_file(file("i8.npy")).at(""), DataType::int64);
}

TEST(Npy, DoublesBecomeFloats) { expect_values(read_tensor_file(file("f8.npy")).at(""), DataType::float32); }

TEST(Npy, BooleansAreBytes) {
  const TensorData tensor = read_tensor_file(file("b1.npy")).at("");
  EXPECT_EQ(tensor.type, DataType::boolean);
  EXPECT_EQ(element_as_int(tensor, 7), 1);  // 10 * 1 + 3 - 7 = 6 > 5
  EXPECT_EQ(element_as_int(tensor, 6), 0);
}

TEST(Npy, FortranOrderBecomesRowMajor) {
  expect_values(read_tensor_file(file("fortran.npy")).at(""), DataType::float32);
  const TensorData cube = read_tensor_file(file("fortran3.npy")).at("");
  ASSERT_EQ(cube.shape, (Shape{2, 3, 4}));
  for (std::int64_t i = 0; i < 24; ++i) EXPECT_EQ(element_as_int(cube, i), i);
}

TEST(Npy, MayBeAScalarOneElementOrEmpty) {
  const TensorData scalar = read_tensor_file(file("scalar.npy")).at("");
  EXPECT_EQ(scalar.shape, Shape{});
  EXPECT_EQ(element_as_double(scalar, 0), 2.5);
  EXPECT_EQ(read_tensor_file(file("one.npy")).at("").shape, Shape{1});
  EXPECT_EQ(read_tensor_file(file("empty.npy")).at("").shape, (Shape{0, 3}));
}

TEST(Npy, OfOtherTypesSaysWhatCanBeRead) {
  EXPECT_EQ(problem(file("big_endian.npy")), "its elements are '>f4', big endian: save it with .astype('<f4')");
  EXPECT_THAT(problem(file("half.npy")), HasSubstr("its elements are '<f2'; float32, float64, int8"));
  EXPECT_THAT(problem(file("strings.npy")), HasSubstr("its elements are '<U1';"));
  EXPECT_EQ(problem(file("structured.npy")), "it is a structured array; a plain array of one type can be read");
}

TEST(Npz, HoldsSeveralArraysStoredOrDeflated) {
  const auto stored = read_tensor_file(file("stored.npz"));
  EXPECT_THAT(stored, UnorderedElementsAre(Key("first"), Key("second")));
  expect_values(stored.at("first"), DataType::float32);
  expect_values(stored.at("second"), DataType::int8);
  const auto deflated = read_tensor_file(file("deflated.npz"));
  EXPECT_THAT(deflated, UnorderedElementsAre(Key("arr_0"), Key("named")));
  expect_values(deflated.at("named"), DataType::int32);
  EXPECT_EQ(deflated.at("arr_0").shape, (Shape{100, 100}));
}

TEST(TensorProto, IsReadWithItsName) {
  expect_values(read_tensor_file(file("float32.pb")).at("t"), DataType::float32);
  expect_values(read_tensor_file(file("int8.pb")).at("t"), DataType::int8);
  expect_values(read_tensor_file(file("int64.pb")).at("t"), DataType::int64);
  expect_values(read_tensor_file(file("typed.pb")).at("typed"), DataType::int8);
}

TEST(TensorFile, ThatIsNotThereOrOfAnotherKind) {
  EXPECT_EQ(problem("/no/such/x.npy"), "No such file or directory");
  EXPECT_EQ(problem("/no/such/x.npz"), "No such file or directory");
  EXPECT_EQ(problem("/no/such/x.pb"), "No such file or directory");
  EXPECT_EQ(problem("x.png"), "files ending in '.png' cannot be read; .npy, .npz and .pb (ONNX TensorProto) can");
  EXPECT_THAT(problem(committed("tensors/../tensors")), HasSubstr("files ending in ''"));
}

std::string damaged(const std::string& name, const std::string& bytes) {
  const std::string path = temporary_path(name);
  write_file(path, bytes);
  return problem(path);
}

std::string npy(const std::string& header, const std::string& data) {
  const auto size = static_cast<char>(header.size());
  return std::string("\x93NUMPY\x01\x00", 8) + size + '\0' + header + data;
}

TEST(DamagedNpy, IsRefused) {
  EXPECT_EQ(damaged("a.npy", ""), "it is no .npy file");
  EXPECT_EQ(damaged("a.npy", "NUMPY but not really"), "it is no .npy file");
  EXPECT_EQ(damaged("a.npy", std::string("\x93NUMPY\x09\x00\x00\x00", 10)), "it has the unknown .npy version 9");
  EXPECT_EQ(damaged("a.npy", std::string("\x93NUMPY\x01\x00\xff\x00{", 11)), "it is truncated");
  EXPECT_EQ(damaged("a.npy", npy("{}", "")), "its header has no 'descr'");
  EXPECT_EQ(damaged("a.npy", npy("{'descr': '<f4', 'fortran_order': False, }", "")), "its header has no 'shape'");
  EXPECT_EQ(damaged("a.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "1234567")),
            "its header says 2 of '<f4', 8 bytes, but 7 follow");
  EXPECT_EQ(damaged("a.npy", npy("{'descr': '<f4', 'fortran_order': False, 'shape': (x,), }", "")),
            "its header has no numbers in 'shape'");
}

TEST(DamagedNpy, OfAHugeShapeIsRefusedNotAllocated) {
  EXPECT_THAT(damaged("a.npy", npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1048576, 1048576), }", "")),
              HasSubstr("has more than 2^31 elements"));
}

TEST(DamagedNpz, IsRefused) {
  EXPECT_THAT(damaged("a.npz", "PK\x03\x04 and then nothing"), HasSubstr("it cannot be read as a zip archive"));
  EXPECT_THAT(damaged("a.npz", ""), HasSubstr("it cannot be read as a zip archive"));
}

TEST(DamagedTensorProto, IsRefused) {
  EXPECT_EQ(damaged("a.pb", "text"), "it is no ONNX TensorProto, or a truncated one");
  EXPECT_EQ(damaged("a.pb", ""), "it is no ONNX TensorProto, or a truncated one");
  onnx::TensorProto proto;
  proto.set_name("t");
  proto.set_data_type(onnx::TensorProto::FLOAT16);
  EXPECT_THAT(damaged("a.pb", proto.SerializeAsString()), HasSubstr("tensor 't' has element type float16"));
  proto.set_data_type(onnx::TensorProto::FLOAT);
  proto.add_dims(std::int64_t{1} << 40);
  EXPECT_THAT(damaged("a.pb", proto.SerializeAsString()), HasSubstr("has more than 2^31 elements"));
}

class WrittenNpy : public testing::TestWithParam<Shape> {};

TEST_P(WrittenNpy, IsReadBackAsItWas) {
  const std::string path = temporary_path("out.npy");
  for (const DataType type :
       {DataType::float32, DataType::int8, DataType::uint8, DataType::int32, DataType::int64, DataType::boolean}) {
    TensorData tensor = make_tensor(type, GetParam());
    for (std::size_t i = 0; i < tensor.bytes.size(); ++i) tensor.bytes[i] = static_cast<std::uint8_t>(i * 37 % 2);
    write_npy(path, tensor);
    const TensorData back = read_tensor_file(path).at("");
    EXPECT_EQ(back.type, type);
    EXPECT_EQ(back.shape, tensor.shape);
    EXPECT_EQ(back.bytes, tensor.bytes);
    EXPECT_EQ((std::filesystem::file_size(path) - tensor.bytes.size()) % 64, 0u) << "data begin at a multiple of 64";
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, WrittenNpy,
                         testing::Values(Shape{}, Shape{1}, Shape{7}, Shape{0}, Shape{1, 3, 24, 24}, Shape{1000000, 1},
                                         Shape{2, 1, 1, 1, 1, 1, 1, 1, 3}));

TEST(WriteNpy, IsByteForByteWhatNumPyWrites) {
  for (const std::string name : {"f4.npy", "i1.npy", "u1.npy", "i4.npy", "i8.npy", "b1.npy", "scalar.npy", "one.npy"}) {
    const std::string path = temporary_path("again.npy");
    write_npy(path, read_tensor_file(file(name)).at(""));
    std::ifstream ours(path, std::ios::binary), theirs(file(name), std::ios::binary);
    const std::string a((std::istreambuf_iterator<char>(ours)), {}), b((std::istreambuf_iterator<char>(theirs)), {});
    EXPECT_EQ(a, b) << name;
  }
}

TEST(WriteNpy, ThatFailsLeavesNothing) {
  const TensorData tensor = make_tensor(DataType::int8, {100});
  EXPECT_THROW(write_npy("/no/such/folder/x.npy", tensor), std::system_error);
  const std::string folder = temporary_path("folder.npy");
  std::filesystem::create_directory(folder);
  try {
    write_npy(folder, tensor);
    ADD_FAILURE() << "a folder was replaced";
  } catch (const std::system_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(folder));
  }
  int left = 0;
  for (const auto& entry : std::filesystem::directory_iterator(testing::TempDir())) {
    left += entry.path().string().rfind(folder + ".", 0) == 0 ? 1 : 0;
  }
  EXPECT_EQ(left, 0) << "the temporary file is still there";
  std::filesystem::remove(folder);
}

TEST(WriteNpy, ThatMeetsAFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  // The temporary file's name is that of a link to the full device.
  const std::string path = temporary_path("full.npy");
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::filesystem::create_symlink("/dev/full", temporary);
  try {
    write_npy(path, make_tensor(DataType::int8, {100000}));
    ADD_FAILURE() << "nothing was written, and nothing said";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_space_on_device);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::symlink_status(temporary)));
}

}  // namespace
}  // namespace intloom::graph
