#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <napi.h>

namespace emochat {

inline napi_typedarray_type TypeOf(const Napi::Value& value) {
  // Any type that no caller asks for, for what is no typed array at all.
  return value.IsTypedArray() ? value.As<Napi::TypedArray>().TypedArrayType() : napi_bigint64_array;
}

/// A copy of what a typed array holds.
template <typename Array>
auto CopyOf(const Napi::Value& value) {
  const auto array = value.As<Array>();
  return std::vector(array.Data(), array.Data() + array.ElementLength());
}

/// A copy of the bytes of a property. Throws a TypeError if it is no Uint8Array.
inline std::vector<std::uint8_t> BytesOf(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (TypeOf(value) == napi_uint8_array) return CopyOf<Napi::Uint8Array>(value);
  throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a Uint8Array");
}

/// A copy of the numbers of a property. Throws a TypeError if it is neither a Float64Array nor a
/// Float32Array.
inline std::vector<double> NumbersOf(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (TypeOf(value) == napi_float64_array) return CopyOf<Napi::Float64Array>(value);
  if (TypeOf(value) == napi_float32_array) {
    const auto array = value.As<Napi::Float32Array>();
    return {array.Data(), array.Data() + array.ElementLength()};
  }
  throw Napi::TypeError::New(object.Env(), std::string(name) + " must be a Float64Array or a Float32Array");
}

/// A whole number of a property. Throws a RangeError if it is none, or not in [min, max].
inline std::size_t WholeOf(const Napi::Object& object, const char* name, double min, double max) {
  const Napi::Value value = object.Get(name);
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(min <= number && number <= max) || number != static_cast<double>(static_cast<std::int64_t>(number))) {
    throw Napi::RangeError::New(object.Env(), std::string(name) + " is out of range");
  }
  return static_cast<std::size_t>(number);
}

/// A typed array of its own with these values.
template <typename Array, typename Value>
Array ArrayOf(Napi::Env env, const std::vector<Value>& values) {
  Array array = Array::New(env, values.size());
  std::ranges::copy(values, array.Data());
  return array;
}

}  // namespace emochat
