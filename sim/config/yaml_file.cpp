#include "sim/config/yaml_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "sim/config/config.h"

namespace intloom::sim {

namespace {

// Deeper than any key; also ends the recursion of an alias that contains itself.
constexpr int kMaxDepth = 8;

class Reader {
 public:
  explicit Reader(std::string shown) : shown_(std::move(shown)) {}

  std::vector<YamlEntry> read_map(const YAML::Node& map, const std::string& prefix, int depth) {
    std::vector<YamlEntry> entries;
    for (const auto& pair : map) {
      const Place key_place = place(pair.first, place(map, Place{shown_, 1, 1}));
      if (!pair.first.IsScalar()) fail(key_place, "a key must be a word");
      YamlEntry entry;
      entry.key = pair.first.Scalar();
      entry.key_place = key_place;
      const std::string path = prefix.empty() ? entry.key : prefix + "." + entry.key;
      for (const YamlEntry& earlier : entries)
        if (earlier.key == entry.key)
          fail(key_place, fmt::format("duplicate key {}; it was first given in line {}", path, earlier.key_place.line));
      read_value(pair.second, path, depth, &entry);
      entries.push_back(std::move(entry));
    }
    return entries;
  }

 private:
  void read_value(const YAML::Node& node, const std::string& path, int depth, YamlEntry* entry) {
    entry->value = scalar(node, path, entry->key_place);
    if (depth >= kMaxDepth) fail(entry->value, "nested too deeply");
    if (node.IsMap()) entry->children = read_map(node, path, depth + 1);
    if (!node.IsSequence()) return;
    for (std::size_t i = 0; i < node.size(); ++i)
      entry->items.push_back(scalar(node[i], fmt::format("{}[{}]", path, i), entry->value.place));
  }

  Scalar scalar(const YAML::Node& node, const std::string& path, const Place& fallback) const {
    Scalar result{path, {}, Scalar::Form::nothing, place(node, fallback)};
    if (node.IsScalar()) {
      result.text = node.Scalar();
      result.form = node.Tag() == "!" ? Scalar::Form::quoted : Scalar::Form::plain;
    } else if (node.IsSequence()) {
      result.form = Scalar::Form::list;
    } else if (node.IsMap()) {
      result.form = Scalar::Form::map;
    } else {
      result.place = fallback;  // of an absent value yaml-cpp knows only the end of the line or nothing
    }
    return result;
  }

  Place place(const YAML::Node& node, const Place& fallback) const {
    const YAML::Mark mark = node.Mark();
    return mark.is_null() ? fallback : Place{shown_, mark.line + 1, mark.column + 1};
  }

  std::string shown_;
};

std::string contents(const std::string& path, const std::string& shown) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) throw ConfigError(fmt::format("{}: no such file", shown));
  if (std::filesystem::is_directory(path, error))
    throw ConfigError(fmt::format("{}: is a folder; expected a YAML file", shown));
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw ConfigError(fmt::format("{}: cannot be read", shown));
  return text.str();
}

// yaml-cpp takes a quoted text that ends with the file's last line break as closed; without the break it does not.
void check_last_quote(const std::string& text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  if (last != std::string::npos && last + 1 < text.size()) YAML::LoadAll(text.substr(0, last + 1));
}

YAML::Node parse(const std::string& text, const std::string& shown, const std::string& what) {
  std::vector<YAML::Node> documents;
  try {
    check_last_quote(text);
    documents = YAML::LoadAll(text);
  } catch (const YAML::Exception& error) {
    const Place place{shown, error.mark.is_null() ? 1 : error.mark.line + 1,
                      error.mark.is_null() ? 1 : error.mark.column + 1};
    fail(place, fmt::format("not valid YAML: {}", error.msg));
  }
  const std::string expected = fmt::format("expected {} as a map of keys (key: value)", what);
  if (documents.empty() || documents[0].IsNull()) fail(Place{shown, 1, 1}, fmt::format("{}, got nothing", expected));
  if (documents.size() > 1) {
    const YAML::Mark mark = documents[1].Mark();
    fail(Place{shown, mark.is_null() ? 1 : mark.line + 1, 1}, "more than one YAML document (---) in the file");
  }
  if (!documents[0].IsMap())
    fail(Place{shown, 1, 1},
         fmt::format("{}, got {}", expected, documents[0].IsSequence() ? "a list" : "a single value"));
  return documents[0];
}

}  // namespace

const YamlEntry* YamlFile::find(const std::string& key) const {
  for (const YamlEntry& entry : entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

YamlFile read_yaml_file(const std::string& path, const std::string& what) {
  const std::string shown = shown_path(path);
  const YAML::Node root = parse(contents(path, shown), shown, what);
  YamlFile file;
  file.path = path;
  file.folder = std::filesystem::path(path).parent_path().string();
  file.entries = Reader(shown).read_map(root, "", 0);
  return file;
}

}  // namespace intloom::sim
