#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "landmarks/facemark_model.h"

namespace emochat {

/// Reads the YAML file that OpenCV's FacemarkLBF writes, numbers as base64 blocks or as text, and gives its
/// compact form. Every size, length and number is checked; weights are brought to units of their coordinate.
///
/// Throws ModelFileError that names the key and what is wrong with it. `name` stands for the file.
CompactBytes ParseFacemarkYaml(std::span<const std::byte> yaml, const std::string& name,
                               const FacemarkSource& source);

}  // namespace emochat
