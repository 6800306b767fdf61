// Inputs, labels and recorded outputs that do not fit the model or cannot be read.
#include "tests/negative/program.h"
#include "tests/negative/wrong_input.h"

namespace intloom::test {
namespace {

WrongInput input(const std::string& name, const std::string& file, std::vector<std::string> says) {
  return {name, {"run", "{MODEL}", "--out", "result", "--input", file}, std::move(says)};
}
WrongInput beside(const std::string& name, const std::string& option, const std::string& file,
                  std::vector<std::string> says) {
  return {name, {"run", "{MODEL}", "--input", "{DIGITS}/digits-one.npz", option, file}, std::move(says)};
}
WrongInput corrupt(const std::string& name, const std::string& file, const std::string& bytes,
                   std::vector<std::string> says) {
  return {name, {"run", "{MODEL}", "--input", file}, std::move(says), file, bytes};
}

std::string npy(const std::string& type, const std::string& shape, const std::string& data) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  header += std::string(117 - header.size(), ' ') + '\n';
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + data;
}

// 63 zeros, then these four bytes.
std::string image_with(const char* last) {
  return npy("<f4", "1, 1, 8, 8", std::string(std::size_t{4} * 63, '\0') + std::string(last, 4));
}

WrongInput label(const std::string& name, signed char value, std::vector<std::string> says) {
  return {name,
          {"run", "{MODEL}", "--input", "{DIGITS}/digits-one.npz", "--labels", "c.npy"},
          std::move(says),
          "c.npy",
          npy("|i1", "1,", std::string(1, static_cast<char>(value)))};
}

const std::vector<WrongInput> kWrong{
    input("Missing", "nofile.npy", {"nofile.npy: No such file or directory"}),
    input("Shape", "{TESTS}/tensors/f4.npy", {"f4.npy: input 'image' has shape 3x4, the model takes 1x1x8x8"}),
    input("Strings", "{TESTS}/tensors/strings.npy", {"its elements are '<U1'; float32", "convert it"}),
    input("Structured", "{TESTS}/tensors/structured.npy", {"it is a structured array"}),
    input("Name", "foo={TESTS}/tensors/f4.npy", {"the model has no input 'foo'; its inputs are: image"}),
    input("NamesInArchive", "{TESTS}/tensors/stored.npz",
          {"no array named like an input of the model (image)", "--input NAME="}),
    input("Format", "{DIGITS}/cnn.py", {"files ending in '.py' cannot be read; .npy, .npz and .pb"}),
    corrupt("TruncatedNpy", "c.npy", read_file(source("tests/data/onnx_models/tensors/f4.npy")).substr(0, 40),
            {"c.npy: it is truncated"}),
    corrupt("TruncatedNpz", "c.npz", read_file(source("models/digits/digits-one.npz")).substr(0, 100),
            {"c.npz: it cannot be read as a zip archive"}),
    corrupt("NotANumber", "c.npy", image_with("\x00\x00\xC0\x7F"),
            {"c.npy: input 'image' is nan at element [0, 0, 7, 7]"}),
    corrupt("Infinity", "c.npy", image_with("\x00\x00\x80\xFF"), {"is -inf at element [0, 0, 7, 7]"}),
    label("LabelBeyondTheClasses", 10, {"c.npy: label 0 is 10; the model has 10 classes, 0..9"}),
    label("LabelBelowZero", -1, {"c.npy: label 0 is -1; the model has 10 classes"}),
    beside("LabelsCount", "--labels", "{DIGITS}/digits-test-labels.npy", {"has 360 labels for 1 inferences"}),
    beside("LabelsType", "--labels", "{TESTS}/tensors/f4.npy", {"labels are whole numbers, this array is float32"}),
    beside("RecordedShape", "--expected", "{TESTS}/tensors/f4.npy",
           {"the recorded output 'logits' has shape 3x4, the run gives 1x10"}),
    beside("RecordedName", "--expected", "{TESTS}/tensors/stored.npz",
           {"no array named like an output of the model (logits)"}),
};

class Tensor : public ::testing::TestWithParam<WrongInput> {};
TEST_P(Tensor, IsRefused) { expect_refused(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Negative, Tensor, ::testing::ValuesIn(kWrong), name_of);

}  // namespace
}  // namespace intloom::test
