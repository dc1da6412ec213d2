// What JavaScript sees of the native core. Only conversion happens here: arguments in, results and errors
// out.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <napi.h>

#include "engine.h"
#include "errors.h"
#include "facemark_yaml.h"
#include "forest_binding.h"
#include "linear_scores_binding.h"

namespace emochat {
namespace {

constexpr const char* kModelFileInvalid = "MODEL_FILE_INVALID";
constexpr const char* kLanesUnavailable = "LANES_UNAVAILABLE";
constexpr const char* kInternal = "INTERNAL";

Napi::Error CodedError(Napi::Env env, const std::string& code, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  return error;
}

/// Work on a thread of libuv's that settles a promise. Subclasses do it in `Work` and make the value in
/// `Value`.
class PromiseWorker : public Napi::AsyncWorker {
 public:
  explicit PromiseWorker(Napi::Env env) : Napi::AsyncWorker(env), deferred_(env) {}

  Napi::Promise Start() {
    Queue();
    return deferred_.Promise();
  }

 protected:
  virtual void Work() = 0;
  virtual Napi::Value Value(Napi::Env env) = 0;

 private:
  void Execute() final {
    try {
      Work();
    } catch (const ModelFileError& error) {
      code_ = kModelFileInvalid;
      SetError(error.what());
    } catch (const LaneError& error) {
      code_ = kLanesUnavailable;
      SetError(error.what());
    } catch (const std::exception& error) {
      SetError(error.what());
    }
  }
  void OnOK() final {
    try {
      deferred_.Resolve(Value(Env()));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }
  void OnError(const Napi::Error& error) final {
    deferred_.Reject(CodedError(Env(), code_, error.Message()).Value());
  }

  Napi::Promise::Deferred deferred_;
  std::string code_ = kInternal;
};

class EngineHandle;

/// A frame on its way through the engine, and the promise that waits for it.
class PromisedFrame : public FrameJob {
 public:
  PromisedFrame(Napi::Env env, EngineHandle& handle, const Napi::Uint8Array& bytes, bool describe)
      : deferred(env),
        handle_(handle),
        describe_(describe),
        kept_(Napi::Persistent(bytes)),
        bytes_(bytes.Data(), bytes.ByteLength()) {}

  void Run(FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept override;

  /// Settles the promise with what the run gave.
  void Settle(Napi::Env env);

  /// Lets go of JavaScript's bytes without telling JavaScript, which is gone.
  void Abandon() { kept_.SuppressDestruct(); }

  Napi::Promise::Deferred deferred;

 protected:
  virtual FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes) = 0;

  /// Whether descriptions of the faces are asked for.
  [[nodiscard]] bool describe() const { return describe_; }

 private:
  EngineHandle& handle_;
  bool describe_;
  Napi::Reference<Napi::Uint8Array> kept_;
  std::span<const std::uint8_t> bytes_;
  FrameResult result_;
  std::string code_;
  std::string message_;
};

class EncodedFrame final : public PromisedFrame {
 public:
  using PromisedFrame::PromisedFrame;

 private:
  FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes) override {
    return pipeline.AnalyzeEncoded(bytes, describe());
  }
};

class FramedFrame final : public PromisedFrame {
 public:
  FramedFrame(Napi::Env env, EngineHandle& handle, const Napi::Uint8Array& bytes, bool describe,
              const Framing& framing)
      : PromisedFrame(env, handle, bytes, describe), framing_(framing) {}

 private:
  FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes) override {
    return pipeline.AnalyzeFramed(bytes, framing_, describe());
  }

  Framing framing_;
};

/// A stream as JavaScript holds it.
class HeldStream {
 public:
  explicit HeldStream(float most_spread) { state_.most_spread = most_spread; }

  FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes, double at,
                      bool describe) {
    const std::lock_guard lock(mutex_);
    return pipeline.AnalyzeStreamed(bytes, at, state_, describe);
  }

 private:
  /// Whoever uses it sends a frame when the last one is answered; if not, order suffers and nothing else.
  std::mutex mutex_;
  StreamState state_;
};

class StreamedFrame final : public PromisedFrame {
 public:
  StreamedFrame(Napi::Env env, EngineHandle& handle, const Napi::Uint8Array& bytes, bool describe,
                std::shared_ptr<HeldStream> stream, double at)
      : PromisedFrame(env, handle, bytes, describe), stream_(std::move(stream)), at_(at) {}

 private:
  FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes) override {
    return stream_->Analyze(pipeline, bytes, at_, describe());
  }

  std::shared_ptr<HeldStream> stream_;
  double at_;
};

class RawFrame final : public PromisedFrame {
 public:
  RawFrame(Napi::Env env, EngineHandle& handle, const Napi::Uint8Array& bytes, bool describe, int width,
           int height, int channels)
      : PromisedFrame(env, handle, bytes, describe), width_(width), height_(height), channels_(channels) {}

 private:
  FrameResult Analyze(FramePipeline& pipeline, std::span<const std::uint8_t> bytes) override {
    return pipeline.AnalyzePixels(bytes, width_, height_, channels_, describe());
  }

  int width_;
  int height_;
  int channels_;
};

/// The engine as JavaScript holds it. Frames come back from the lanes through a thread-safe function, which
/// keeps the process alive only while a promise is pending.
class EngineHandle : public Napi::ObjectWrap<EngineHandle> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Engine",
                       {InstanceMethod<&EngineHandle::AnalyzeEncoded>("analyzeEncoded"),
                        InstanceMethod<&EngineHandle::AnalyzeFramed>("analyzeFramed"),
                        InstanceMethod<&EngineHandle::AnalyzePixels>("analyzePixels"),
                        InstanceMethod<&EngineHandle::AnalyzeStreamed>("analyzeStreamed"),
                        InstanceMethod<&EngineHandle::OpenStream>("openStream"),
                        InstanceMethod<&EngineHandle::Close>("close"),
                        InstanceAccessor<&EngineHandle::Landmarks>("landmarkCount"),
                        InstanceAccessor<&EngineHandle::HasFacemark>("hasFacemark"),
                        InstanceAccessor<&EngineHandle::HasRefiner>("hasRefiner"),
                        InstanceAccessor<&EngineHandle::Lanes>("lanes")});
  }

  explicit EngineHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<EngineHandle>(info) {
    if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "use openEngine()");
    engine_ = std::move(*info[0].As<Napi::External<std::unique_ptr<Engine>>>().Data());
    landmarks_ = engine_->landmarks();
    has_facemark_ = engine_->has_facemark();
    has_refiner_ = engine_->has_refiner();
    lanes_ = engine_->lanes();
    delivery_ = Delivery::New(info.Env(), "emochat frame", 0, 1, this);
    delivery_.Unref(info.Env());
    // Added after the thread-safe function, hence run before its own: the lanes are at rest when that is torn
    // down.
    napi_add_env_cleanup_hook(info.Env(), Teardown, this);
  }

  ~EngineHandle() override {
    if (engine_ == nullptr) return;
    napi_remove_env_cleanup_hook(Env(), Teardown, this);
    End();
  }
  EngineHandle(const EngineHandle&) = delete;
  EngineHandle& operator=(const EngineHandle&) = delete;

  /// Brings a frame home; called on a lane's thread.
  void Deliver(std::unique_ptr<PromisedFrame> frame) {
    if (delivery_.BlockingCall(frame.get()) == napi_ok) {
      static_cast<void>(frame.release());
    } else {
      frame->Abandon();
    }
  }

 private:
  static void OnDelivery(Napi::Env env, Napi::Function, EngineHandle* handle, PromisedFrame* delivered) {
    const std::unique_ptr<PromisedFrame> frame(delivered);
    if (env == nullptr) {
      if (frame != nullptr) frame->Abandon();
      return;
    }
    if (frame == nullptr) return handle->OnIdle(env);
    // First, because it must happen even if there is no JavaScript left to settle the promise for.
    handle->Forget(env);
    frame->Settle(env);
  }
  using Delivery = Napi::TypedThreadSafeFunction<EngineHandle, PromisedFrame, OnDelivery>;

  static void Teardown(void* self) { static_cast<EngineHandle*>(self)->End(); }

  /// Ends the lanes, which waits for the frames under way. No promise is settled.
  void End() {
    for (auto& unrun : engine_->Close({})) static_cast<PromisedFrame&>(*unrun).Abandon();
    engine_.reset();
    delivery_.Release();
  }

  Napi::Value AnalyzeEncoded(const Napi::CallbackInfo& info) {
    return Submit(info.Env(),
                  std::make_unique<EncodedFrame>(info.Env(), *this, BytesOf(info), IsTrue(info[1])));
  }

  Napi::Value AnalyzeFramed(const Napi::CallbackInfo& info) {
    const Napi::Uint8Array bytes = BytesOf(info);
    const Framing framing{.short_side = info[1].ToNumber().Int32Value(),
                          .border = info[2].ToNumber().DoubleValue()};
    constexpr int kMostPerSide = 1 << 16;
    const bool sane = framing.short_side >= 0 && framing.short_side <= kMostPerSide && framing.border >= 0 &&
                      framing.border <= 1;
    if (!sane) throw Napi::RangeError::New(info.Env(), "shortSide must be in [0, 65536], border in [0, 1]");
    return Submit(info.Env(),
                  std::make_unique<FramedFrame>(info.Env(), *this, bytes, IsTrue(info[3]), framing));
  }

  Napi::Value AnalyzePixels(const Napi::CallbackInfo& info) {
    const Napi::Uint8Array bytes = BytesOf(info);
    const std::int64_t width = info[1].ToNumber().Int64Value();
    const std::int64_t height = info[2].ToNumber().Int64Value();
    const std::int64_t channels = info[3].ToNumber().Int64Value();
    constexpr std::int64_t kMostPerSide = 1 << 16;
    const bool sane = width >= 1 && height >= 1 && width <= kMostPerSide && height <= kMostPerSide &&
                      (channels == 1 || channels == 3);
    if (!sane || static_cast<std::int64_t>(bytes.ByteLength()) != width * height * channels) {
      throw Napi::RangeError::New(info.Env(), "the pixels' length is not width x height x channels (1 or 3)");
    }
    return Submit(info.Env(), std::make_unique<RawFrame>(info.Env(), *this, bytes, IsTrue(info[4]),
                                                         static_cast<int>(width), static_cast<int>(height),
                                                         static_cast<int>(channels)));
  }

  Napi::Value OpenStream(const Napi::CallbackInfo& info) {
    using Handle = std::shared_ptr<HeldStream>;
    auto stream = std::make_unique<Handle>(std::make_shared<HeldStream>(info[0].ToNumber().FloatValue()));
    const auto drop = [](Napi::Env, Handle* handle) { const std::unique_ptr<Handle> owner(handle); };
    auto external = Napi::External<Handle>::New(info.Env(), stream.get(), drop);
    static_cast<void>(stream.release());
    return external;
  }

  Napi::Value AnalyzeStreamed(const Napi::CallbackInfo& info) {
    const Napi::Uint8Array bytes = BytesOf(info);
    if (!info[1].IsExternal()) throw Napi::TypeError::New(info.Env(), "the second argument must be a stream");
    const auto& stream = *info[1].As<Napi::External<std::shared_ptr<HeldStream>>>().Data();
    const double at = info[2].ToNumber().DoubleValue();
    return Submit(info.Env(),
                  std::make_unique<StreamedFrame>(info.Env(), *this, bytes, IsTrue(info[3]), stream, at));
  }

  static bool IsTrue(const Napi::Value& value) { return value.IsBoolean() && value.ToBoolean(); }

  static Napi::Uint8Array BytesOf(const Napi::CallbackInfo& info) {
    const bool bytes =
        info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
    if (!bytes) throw Napi::TypeError::New(info.Env(), "the first argument must be a Uint8Array");
    return info[0].As<Napi::Uint8Array>();
  }

  Napi::Value Submit(Napi::Env env, std::unique_ptr<PromisedFrame> frame) {
    const Napi::Promise::Deferred deferred = frame->deferred;
    std::unique_ptr<FrameJob> job = std::move(frame);
    const Engine::Submission submission = engine_ ? engine_->Submit(job) : Engine::Submission::kClosed;
    if (submission == Engine::Submission::kAccepted) {
      Remember(env);
    } else if (submission == Engine::Submission::kQueueFull) {
      deferred.Reject(CodedError(env, "QUEUE_FULL", "too many frames are waiting").Value());
    } else {
      deferred.Reject(CodedError(env, "CLOSED", "the engine is closed").Value());
    }
    return deferred.Promise();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (closing_) return closing_->Promise();
    closing_.emplace(env);
    Remember(env);
    auto unrun = engine_->Close([this] { delivery_.BlockingCall(nullptr); });
    for (auto& job : unrun) {
      auto& frame = static_cast<PromisedFrame&>(*job);
      frame.deferred.Reject(CodedError(env, "CLOSED", "the engine was closed before its turn").Value());
      Forget(env);
    }
    return closing_->Promise();
  }

  void OnIdle(Napi::Env env) {
    napi_remove_env_cleanup_hook(env, Teardown, this);
    engine_.reset();
    Forget(env);
    delivery_.Release();
    closing_->Resolve(env.Undefined());
  }

  /// While promises are pending, neither the process nor this object goes away.
  void Remember(Napi::Env env) {
    if (pending_++ == 0) delivery_.Ref(env);
    Ref();
  }
  void Forget(Napi::Env env) {
    if (--pending_ == 0) delivery_.Unref(env);
    Unref();
  }

  Napi::Value Landmarks(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(landmarks_));
  }
  Napi::Value HasFacemark(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), has_facemark_);
  }
  Napi::Value HasRefiner(const Napi::CallbackInfo& info) {
    return Napi::Boolean::New(info.Env(), has_refiner_);
  }
  Napi::Value Lanes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(lanes_));
  }

  std::unique_ptr<Engine> engine_;
  Delivery delivery_;
  std::size_t landmarks_ = 0;
  bool has_facemark_ = false;
  bool has_refiner_ = false;
  std::size_t lanes_ = 0;
  std::size_t pending_ = 0;
  std::optional<Napi::Promise::Deferred> closing_;
};

void PromisedFrame::Run(FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept {
  try {
    result_ = Analyze(pipeline, bytes_);
  } catch (const FrameError& error) {
    code_ = FrameFaultCode(error.fault());
    message_ = error.what();
  } catch (const std::bad_alloc&) {
    code_ = FrameFaultCode(FrameFault::kTooLarge);
    message_ = "not enough memory for this picture";
  } catch (const std::exception& error) {
    code_ = kInternal;
    message_ = error.what();
  }
  static_cast<void>(self.release());
  handle_.Deliver(std::unique_ptr<PromisedFrame>(this));
}

void PromisedFrame::Settle(Napi::Env env) {
  const Napi::HandleScope scope(env);
  if (!code_.empty()) {
    deferred.Reject(CodedError(env, code_, message_).Value());
    return;
  }
  const Napi::Object value = Napi::Object::New(env);
  auto boxes = Napi::Int32Array::New(env, result_.boxes.size());
  auto landmarks = Napi::Float32Array::New(env, result_.landmarks.size());
  auto spreads = Napi::Float32Array::New(env, result_.spreads.size());
  auto ids = Napi::Int32Array::New(env, result_.ids.size());
  auto descriptions = Napi::Uint8Array::New(env, result_.descriptions.size());
  std::copy(result_.descriptions.begin(), result_.descriptions.end(), descriptions.Data());
  std::copy(result_.ids.begin(), result_.ids.end(), ids.Data());
  std::copy(result_.spreads.begin(), result_.spreads.end(), spreads.Data());
  std::copy(result_.boxes.begin(), result_.boxes.end(), boxes.Data());
  std::copy(result_.landmarks.begin(), result_.landmarks.end(), landmarks.Data());
  value.Set("width", result_.width);
  value.Set("height", result_.height);
  value.Set("boxes", boxes);
  value.Set("landmarks", landmarks);
  value.Set("spreads", spreads);
  value.Set("ids", ids);
  value.Set("descriptions", descriptions);
  value.Set("whole", result_.whole);
  deferred.Resolve(value);
}

class OpenEngineWorker final : public PromiseWorker {
 public:
  OpenEngineWorker(Napi::Env env, EngineOptions options, Napi::FunctionReference& constructor)
      : PromiseWorker(env), options_(std::move(options)), constructor_(constructor) {}

 private:
  void Work() override { engine_ = std::make_unique<Engine>(options_); }
  Napi::Value Value(Napi::Env env) override {
    return constructor_.New({Napi::External<std::unique_ptr<Engine>>::New(env, &engine_)});
  }

  EngineOptions options_;
  Napi::FunctionReference& constructor_;
  std::unique_ptr<Engine> engine_;
};

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

CascadeEvaluator EvaluatorOf(const Napi::Value& value) {
  const std::string name = value.ToString();
  if (name == "simd") return CascadeEvaluator::kVectorised;
  if (name == "opencv") return CascadeEvaluator::kOpencv;
  throw Napi::RangeError::New(value.Env(), "detector is neither simd nor opencv");
}

/// The name of a file, empty if none is given.
std::string FileOf(const Napi::Value& value) {
  return value.IsString() ? value.ToString().Utf8Value() : std::string();
}

EngineOptions EngineOptionsOf(const Napi::Object& object) {
  const auto whole = [&](const char* name, std::int64_t min, std::int64_t max) {
    const std::int64_t value = object.Get(name).ToNumber().Int64Value();
    if (value < min || value > max)
      throw Napi::RangeError::New(object.Env(), std::string(name) + " is out of range");
    return static_cast<std::size_t>(value);
  };
  return {.cascade_file = object.Get("cascadeFile").ToString(),
          .evaluator = EvaluatorOf(object.Get("detector")),
          .facemark_file = FileOf(object.Get("facemarkFile")),
          .refiner_file = FileOf(object.Get("refinerFile")),
          .lanes = whole("lanes", 1, 1024),
          .queue_limit = whole("queueLimit", 0, 1 << 30),
          .max_pixels = whole("maxPixels", 1, 1 << 30)};
}

/// The exports, one set for each environment (the main thread, every worker thread).
class NativeAddon : public Napi::Addon<NativeAddon> {
 public:
  NativeAddon(Napi::Env env, Napi::Object exports) : engine_(Napi::Persistent(EngineHandle::Define(env))) {
    DefineAddon(exports, {InstanceMethod("openEngine", &NativeAddon::OpenEngine),
                          InstanceMethod("compileFacemark", &NativeAddon::CompileFacemark),
                          InstanceMethod("growForest", &NativeAddon::GrowForest),
                          InstanceMethod("learnScores", &NativeAddon::LearnScores),
                          InstanceMethod("readCompactSource", &NativeAddon::ReadSource)});
  }

 private:
  Napi::Value OpenEngine(const Napi::CallbackInfo& info) {
    auto* const worker = new OpenEngineWorker(info.Env(), EngineOptionsOf(info[0].ToObject()), engine_);
    return worker->Start();
  }

  Napi::Value CompileFacemark(const Napi::CallbackInfo& info) {
    auto* const worker =
        new CompileFacemarkWorker(info.Env(), info[0].ToString(), SourceOf(info[1].ToObject()));
    return worker->Start();
  }

  Napi::Value GrowForest(const Napi::CallbackInfo& info) { return GrowForestFromJs(info); }

  Napi::Value LearnScores(const Napi::CallbackInfo& info) { return LearnScoresFromJs(info); }

  Napi::Value ReadSource(const Napi::CallbackInfo& info) {
    FacemarkSource source;
    if (!ReadCompactSource(info[0].ToString(), source)) return info.Env().Null();
    const Napi::Object object = Napi::Object::New(info.Env());
    object.Set("sha256", HexOf(source.sha256));
    object.Set("size", Napi::BigInt::New(info.Env(), source.size));
    object.Set("changedNs", Napi::BigInt::New(info.Env(), source.changed_ns));
    return object;
  }

  Napi::FunctionReference engine_;
};

NODE_API_ADDON(NativeAddon)

}  // namespace
}  // namespace emochat
