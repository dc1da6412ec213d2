#include "addon/facemark_binding.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "addon/promise_worker.h"
#include "base/mapped_file.h"
#include "landmarks/facemark_yaml.h"

namespace emochat {
namespace {

class CompileFacemarkWorker final : public PromiseWorker {
 public:
  CompileFacemarkWorker(Napi::Env env, std::string yaml, const FacemarkSource& source)
      : PromiseWorker(env), yaml_(std::move(yaml)), source_(source) {}

 private:
  void Work() override {
    const MappedFile yaml(yaml_);
    compact_ = ParseFacemarkYaml(yaml.bytes(), yaml_, source_);
  }
  Napi::Value Value(Napi::Env env) override {
    const std::span<const std::byte> bytes = std::as_bytes(std::span(compact_));
    return {env, Napi::Buffer<std::byte>::Copy(env, bytes.data(), bytes.size())};
  }

  std::string yaml_;
  FacemarkSource source_;
  CompactBytes compact_;
};

std::string HexOf(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

std::uint64_t UnsignedOf(const Napi::Value& value) {
  bool lossless = false;
  const std::uint64_t number = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) throw Napi::RangeError::New(value.Env(), "a number is out of range");
  return number;
}

FacemarkSource SourceOf(const Napi::Object& object) {
  FacemarkSource source;
  const std::string digest = object.Get("sha256").ToString();
  if (digest.size() != 2 * source.sha256.size())
    throw Napi::RangeError::New(object.Env(), "sha256 is no digest");
  for (std::size_t i = 0; i < source.sha256.size(); ++i) {
    source.sha256[i] = static_cast<std::uint8_t>(std::stoul(digest.substr(2 * i, 2), nullptr, 16));
  }
  source.size = UnsignedOf(object.Get("size"));
  source.changed_ns = UnsignedOf(object.Get("changedNs"));
  return source;
}

}  // namespace

Napi::Value CompileFacemarkFromJs(const Napi::CallbackInfo& info) {
  auto* const worker =
      new CompileFacemarkWorker(info.Env(), info[0].ToString(), SourceOf(info[1].ToObject()));
  return worker->Start();
}

Napi::Value ReadCompactSourceFromJs(const Napi::CallbackInfo& info) {
  FacemarkSource source;
  if (!ReadCompactSource(info[0].ToString(), source)) return info.Env().Null();
  const Napi::Object object = Napi::Object::New(info.Env());
  object.Set("sha256", HexOf(source.sha256));
  object.Set("size", Napi::BigInt::New(info.Env(), source.size));
  object.Set("changedNs", Napi::BigInt::New(info.Env(), source.changed_ns));
  return object;
}

}  // namespace emochat
