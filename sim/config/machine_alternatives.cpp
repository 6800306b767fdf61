// Machine specs whose values are alternatives.
#include <fmt/format.h>

#include <algorithm>

#include "sim/config/config.h"
#include "sim/config/machine_file.h"
#include "sim/config/run_reader.h"
#include "sim/config/scalar.h"

namespace intloom::sim {

namespace {

struct KeyAlternatives {
  std::string key;
  std::vector<std::string> values;
};

// "{a,b}" as its parts; any other text is the only one.
std::vector<std::string> parts_of(const Scalar& setting, const std::string& where) {
  const std::string& text = setting.text;
  if (text.find('{') == std::string::npos) return {text};
  if (text.front() != '{' || text.back() != '}' || text.find('{', 1) != std::string::npos)
    throw ConfigError(fmt::format("{}: {}: expected {}={{a,b,...}}, got {}", where, setting.key, setting.key, text));
  std::vector<std::string> parts;
  for (std::size_t begin = 1; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size() - 1);
    // Blanks around an alternative are read away as those around any value.
    parts.push_back(read_assignment(setting.key + "=" + text.substr(begin, end - begin), where).text);
    if (parts.back().empty())
      throw ConfigError(fmt::format("{}: {}: an alternative of {} is empty", where, setting.key, text));
    begin = end + 1;
  }
  return parts;
}

std::vector<KeyAlternatives> alternatives_of(const MachineSpec& spec, const std::string& where) {
  std::vector<KeyAlternatives> keys;
  for (const std::string& assignment : spec.assignments) {
    const Scalar setting = read_assignment(assignment, where);
    const auto same = std::find_if(keys.begin(), keys.end(), [&](const auto& key) { return key.key == setting.key; });
    if (same != keys.end()) throw ConfigError(fmt::format("{}: {} is given twice", where, setting.key));
    keys.push_back({setting.key, parts_of(setting, where)});
    for (const std::string& value : keys.back().values)
      checked_set(Scalar{setting.key, value, Scalar::Form::plain, Place{where, 0, 0}});
  }
  return keys;
}

MachineVariant variant_of(const MachineSpec& spec) {
  MachineVariant variant;
  variant.base = spec.name;
  variant.spec = spec.name;
  return variant;
}

void add_change(MachineVariant& variant, const std::string& key, const std::string& value) {
  variant.spec += fmt::format("{}{}={}", variant.changes.empty() ? ":" : ",", key, value);
  variant.changes.emplace_back(key, value);
}

MachineVariant single(const MachineSpec& spec, const std::string& source) {
  MachineVariant variant = variant_of(spec);
  for (const std::string& assignment : spec.assignments) {
    const Scalar setting = read_assignment(assignment, source);
    checked_set(setting);
    add_change(variant, setting.key, setting.text);
  }
  return variant;
}

// As many as there are combinations; more than `most` count as one more.
std::int64_t combinations(const std::vector<KeyAlternatives>& keys, std::int64_t most) {
  std::int64_t count = 1;
  for (const KeyAlternatives& key : keys)
    count = std::min(count * static_cast<std::int64_t>(std::min<std::size_t>(key.values.size(), 1U << 30)), most + 1);
  return count;
}

void add_combinations(const MachineSpec& spec, const std::vector<KeyAlternatives>& keys, std::int64_t count,
                      std::vector<MachineVariant>& variants) {
  for (std::int64_t i = 0; i < count; ++i) {
    MachineVariant variant = variant_of(spec);
    variant.of_alternatives = true;
    std::int64_t below = count;
    for (const KeyAlternatives& key : keys) {
      const auto values = static_cast<std::int64_t>(key.values.size());
      below /= values;
      add_change(variant, key.key, key.values[static_cast<std::size_t>(i / below % values)]);
    }
    variants.push_back(std::move(variant));
  }
}

}  // namespace

std::vector<MachineVariant> expand_machines(const std::vector<std::string>& specs, const std::string& source) {
  std::vector<MachineVariant> variants;
  for (const std::string& text : specs) {
    const MachineSpec spec = split_machine_spec(text, source);
    const bool several = std::any_of(spec.assignments.begin(), spec.assignments.end(),
                                     [](const std::string& part) { return part.find('{') != std::string::npos; });
    if (!several) {
      variants.push_back(single(spec, source));
      continue;
    }
    const std::string where = fmt::format("{}: {}", source, text);
    const std::vector<KeyAlternatives> keys = alternatives_of(spec, where);
    const std::int64_t room = kMostMachines - static_cast<std::int64_t>(variants.size());
    const std::int64_t count = combinations(keys, room);
    if (count > room)
      throw ConfigError(fmt::format("{}: the alternatives make more than {} machines", where, kMostMachines));
    add_combinations(spec, keys, count, variants);
  }
  return variants;
}

}  // namespace intloom::sim
