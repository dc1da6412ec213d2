#include "addon/engine_binding.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "addon/coded_error.h"
#include "addon/promise_worker.h"
#include "addon/typed_arrays.h"
#include "base/errors.h"
#include "frame/engine.h"

namespace emochat {
namespace {

class EngineHandle;

using Bytes = std::span<const std::uint8_t>;
/// What a lane is to do with the bytes of a frame.
using Analysis = std::function<FrameResult(FramePipeline&, Bytes)>;

/// A frame on its way through the engine, and the promise that waits for it.
class PromisedFrame final : public FrameJob {
 public:
  PromisedFrame(Napi::Env env, EngineHandle& handle, const Napi::Uint8Array& bytes, Analysis analyze)
      : deferred(env),
        handle_(handle),
        analyze_(std::move(analyze)),
        kept_(Napi::Persistent(bytes)),
        bytes_(bytes.Data(), bytes.ByteLength()) {}

  void Run(FramePipeline& pipeline, std::unique_ptr<FrameJob> self) noexcept override;

  /// Settles the promise with what the run gave.
  void Settle(Napi::Env env);

  /// Lets go of JavaScript's bytes without telling JavaScript, which is gone.
  void Abandon() { kept_.SuppressDestruct(); }

  Napi::Promise::Deferred deferred;

 private:
  EngineHandle& handle_;
  Analysis analyze_;
  Napi::Reference<Napi::Uint8Array> kept_;
  Bytes bytes_;
  FrameResult result_;
  std::string code_;
  std::string message_;
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

/// The size of a picture that is not encoded.
struct RawPicture {
  int width;
  int height;
  int channels;
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
    const bool describe = IsTrue(info[1]);
    return Submit(info, [describe](FramePipeline& pipeline, Bytes bytes) {
      return pipeline.AnalyzeEncoded(bytes, describe);
    });
  }

  Napi::Value AnalyzeFramed(const Napi::CallbackInfo& info) {
    const Framing framing{.short_side = info[1].ToNumber().Int32Value(),
                          .border = info[2].ToNumber().DoubleValue()};
    constexpr int kMostPerSide = 1 << 16;
    const bool sane = framing.short_side >= 0 && framing.short_side <= kMostPerSide && framing.border >= 0 &&
                      framing.border <= 1;
    if (!sane) throw Napi::RangeError::New(info.Env(), "shortSide must be in [0, 65536], border in [0, 1]");
    const bool describe = IsTrue(info[3]);
    return Submit(info, [framing, describe](FramePipeline& pipeline, Bytes bytes) {
      return pipeline.AnalyzeFramed(bytes, framing, describe);
    });
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
    const RawPicture picture{.width = static_cast<int>(width),
                             .height = static_cast<int>(height),
                             .channels = static_cast<int>(channels)};
    const bool describe = IsTrue(info[4]);
    return Submit(info, [picture, describe](FramePipeline& pipeline, Bytes pixels) {
      return pipeline.AnalyzePixels(pixels, picture.width, picture.height, picture.channels, describe);
    });
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
    if (!info[1].IsExternal()) throw Napi::TypeError::New(info.Env(), "the second argument must be a stream");
    const auto stream = *info[1].As<Napi::External<std::shared_ptr<HeldStream>>>().Data();
    const double at = info[2].ToNumber().DoubleValue();
    const bool describe = IsTrue(info[3]);
    return Submit(info, [stream, at, describe](FramePipeline& pipeline, Bytes bytes) {
      return stream->Analyze(pipeline, bytes, at, describe);
    });
  }

  static bool IsTrue(const Napi::Value& value) { return value.IsBoolean() && value.ToBoolean(); }

  static Napi::Uint8Array BytesOf(const Napi::CallbackInfo& info) {
    const bool bytes =
        info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
    if (!bytes) throw Napi::TypeError::New(info.Env(), "the first argument must be a Uint8Array");
    return info[0].As<Napi::Uint8Array>();
  }

  /// Sends the bytes that are the first argument to a lane, which does `analyze` with them.
  Napi::Value Submit(const Napi::CallbackInfo& info, Analysis analyze) {
    const Napi::Env env = info.Env();
    auto frame = std::make_unique<PromisedFrame>(env, *this, BytesOf(info), std::move(analyze));
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
    result_ = analyze_(pipeline, bytes_);
  } catch (const FrameError& error) {
    code_ = FrameFaultCode(error.fault());
    message_ = error.what();
  } catch (const std::bad_alloc&) {
    code_ = FrameFaultCode(FrameFault::kTooLarge);
    message_ = "not enough memory for this picture";
  } catch (const std::exception& error) {
    code_ = "INTERNAL";
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
  value.Set("width", result_.width);
  value.Set("height", result_.height);
  value.Set("boxes", ArrayOf<Napi::Int32Array>(env, result_.boxes));
  value.Set("landmarks", ArrayOf<Napi::Float32Array>(env, result_.landmarks));
  value.Set("spreads", ArrayOf<Napi::Float32Array>(env, result_.spreads));
  value.Set("ids", ArrayOf<Napi::Int32Array>(env, result_.ids));
  value.Set("descriptions", ArrayOf<Napi::Uint8Array>(env, result_.descriptions));
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

}  // namespace

Napi::Function DefineEngine(Napi::Env env) {
  return EngineHandle::Define(env);
}

Napi::Value OpenEngineFromJs(const Napi::CallbackInfo& info, Napi::FunctionReference& constructor) {
  auto* const worker = new OpenEngineWorker(info.Env(), EngineOptionsOf(info[0].ToObject()), constructor);
  return worker->Start();
}

}  // namespace emochat
