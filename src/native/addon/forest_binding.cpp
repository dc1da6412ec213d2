#include "addon/forest_binding.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "addon/coded_error.h"
#include "addon/typed_arrays.h"
#include "forest/grower.h"
#include "forest/options.h"

namespace emochat {
namespace {

/// A training's own copy of its rows: JavaScript may do with its arrays what it likes meanwhile.
struct OwnedRows {
  explicit OwnedRows(const Napi::Object& object)
      : features(NumbersOf(object, "features")), classes(BytesOf(object, "classes")) {
    if (!object.Get("weights").IsUndefined()) weights = NumbersOf(object, "weights");
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    view = {.features = features,
            .classes = classes,
            .weights = weights,
            .rows = WholeOf(object, "rows", 1, kMost),
            .columns = WholeOf(object, "columns", 1, kMost),
            .class_count = WholeOf(object, "classCount", 2, 255)};
  }

  std::vector<double> features;
  std::vector<std::uint8_t> classes;
  std::vector<double> weights;
  ForestRows view;
};

ClassWeighting WeightingOf(const Napi::Value& value) {
  if (TypeOf(value) == napi_float64_array) return ClassWeighting::kGiven;
  const std::string name = value.ToString();
  if (name == "none") return ClassWeighting::kNone;
  if (name == "balanced") return ClassWeighting::kBalanced;
  if (name == "balanced-subsample") return ClassWeighting::kBalancedSubsample;
  throw Napi::RangeError::New(value.Env(), "classWeight is out of range");
}

Impurity ImpurityOf(const Napi::Value& value) {
  const std::string name = value.ToString();
  if (name == "gini") return Impurity::kGini;
  if (name == "entropy") return Impurity::kEntropy;
  throw Napi::RangeError::New(value.Env(), "criterion is out of range");
}

ForestOptions OptionsOf(const Napi::Object& object) {
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  const auto yes = [&](const char* name) { return object.Get(name).ToBoolean().Value(); };
  ForestOptions options{.trees = WholeOf(object, "trees", 1, kMost),
                        .impurity = ImpurityOf(object.Get("criterion")),
                        .max_features = WholeOf(object, "maxFeatures", 1, kMost),
                        .max_depth = WholeOf(object, "maxDepth", 1, kMost),
                        .min_samples_split = WholeOf(object, "minSamplesSplit", 2, kMost),
                        .min_samples_leaf = WholeOf(object, "minSamplesLeaf", 1, kMost),
                        .bootstrap = yes("bootstrap"),
                        .balance = yes("balance"),
                        .class_weighting = WeightingOf(object.Get("classWeight")),
                        .class_weights = {},
                        .extra_trees = yes("extraTrees"),
                        .out_of_bag = yes("oob"),
                        .permutation_importance = yes("permutationImportance"),
                        .seed = WholeOf(object, "seed", 0, std::numeric_limits<std::uint32_t>::max()),
                        .threads = WholeOf(object, "threads", 1, 1024)};
  if (options.class_weighting == ClassWeighting::kGiven) {
    options.class_weights = NumbersOf(object, "classWeight");
  }
  return options;
}

/// A training under way, on a thread of its own that starts the others. It owns itself, from `Start` until
/// JavaScript has been told of its end, or is gone.
class ForestTraining {
 public:
  ForestTraining(Napi::Env env, std::unique_ptr<OwnedRows> rows, ForestOptions options)
      : env_(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        rows_(std::move(rows)),
        options_(std::move(options)),
        progress_(std::make_shared<ForestProgress>()) {}

  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }
  [[nodiscard]] std::shared_ptr<ForestProgress> progress() const { return progress_; }

  static void Start(std::unique_ptr<ForestTraining> training) {
    ForestTraining* const self = training.release();
    self->delivery_ = Delivery::New(self->env_, "emochat forest", 0, 1);
    // Added after the thread-safe function, hence run before its own: the thread is at rest when that is torn
    // down.
    napi_add_env_cleanup_hook(self->env_, Teardown, self);
    try {
      self->thread_ = std::thread([self] { self->Run(); });
    } catch (const std::system_error& error) {
      self->Fail("THREADS_UNAVAILABLE", error.what());
      self->Deliver();
    }
  }

 private:
  static void OnDelivery(Napi::Env env, Napi::Function, std::nullptr_t*, ForestTraining* delivered) {
    const std::unique_ptr<ForestTraining> self(delivered);
    if (self->thread_.joinable()) self->thread_.join();
    if (env == nullptr) return;
    napi_remove_env_cleanup_hook(env, Teardown, self.get());
    self->Settle(env);
  }
  using Delivery = Napi::TypedThreadSafeFunction<std::nullptr_t, ForestTraining, OnDelivery>;

  /// Ends the training early and waits for that; the thread-safe function hands it to `OnDelivery` later.
  static void Teardown(void* training) {
    auto* const self = static_cast<ForestTraining*>(training);
    self->progress_->cancelled = true;
    if (self->thread_.joinable()) self->thread_.join();
  }

  void Run() noexcept {
    try {
      forest_ = GrowForest(rows_->view, options_, *progress_);
    } catch (const ForestInputError& error) {
      Fail("FOREST_INPUT", error.what());
    } catch (const ForestTooLargeError& error) {
      Fail("FOREST_TOO_LARGE", error.what());
    } catch (const ForestCancelledError& error) {
      Fail("CANCELLED", error.what());
    } catch (const std::bad_alloc&) {
      Fail("OUT_OF_MEMORY", "not enough memory for this forest");
    } catch (const std::exception& error) {
      Fail("INTERNAL", error.what());
    }
    Deliver();
  }
  void Fail(const char* code, const char* message) {
    code_ = code;
    message_ = message;
  }
  void Deliver() {
    delivery_.BlockingCall(this);
    delivery_.Release();
  }

  void Settle(Napi::Env env) {
    const Napi::HandleScope scope(env);
    if (!code_.empty()) {
      deferred_.Reject(CodedError(env, code_, message_).Value());
      return;
    }
    const Napi::Object value = Napi::Object::New(env);
    value.Set("roots", ArrayOf<Napi::Int32Array>(env, forest_.roots));
    value.Set("feature", ArrayOf<Napi::Int32Array>(env, forest_.feature));
    value.Set("threshold", ArrayOf<Napi::Float64Array>(env, forest_.threshold));
    value.Set("right", ArrayOf<Napi::Int32Array>(env, forest_.right));
    value.Set("leaf", ArrayOf<Napi::Int32Array>(env, forest_.leaf));
    value.Set("distributions", ArrayOf<Napi::Float64Array>(env, forest_.distributions));
    value.Set("importances", ArrayOf<Napi::Float64Array>(env, forest_.importances));
    value.Set("permutationImportances", ArrayOf<Napi::Float64Array>(env, forest_.permutation_importances));
    value.Set("outOfBag", ArrayOf<Napi::Float64Array>(env, forest_.out_of_bag));
    deferred_.Resolve(value);
  }

  Napi::Env env_;
  Napi::Promise::Deferred deferred_;
  std::unique_ptr<OwnedRows> rows_;
  ForestOptions options_;
  std::shared_ptr<ForestProgress> progress_;
  Delivery delivery_;
  std::thread thread_;
  GrownForest forest_;
  std::string code_;
  std::string message_;
};

}  // namespace

Napi::Value GrowForestFromJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  try {
    auto rows = std::make_unique<OwnedRows>(info[0].ToObject());
    auto training = std::make_unique<ForestTraining>(env, std::move(rows), OptionsOf(info[1].ToObject()));
    const Napi::Object handle = Napi::Object::New(env);
    const auto progress = training->progress();
    handle.Set("result", training->promise());
    handle.Set("cancel", Napi::Function::New(env, [progress](const Napi::CallbackInfo& call) {
                 progress->cancelled = true;
                 return call.Env().Undefined();
               }));
    handle.Set("treesDone", Napi::Function::New(env, [progress](const Napi::CallbackInfo& call) {
                 return Napi::Number::New(call.Env(), static_cast<double>(progress->trees_done));
               }));
    ForestTraining::Start(std::move(training));
    return handle;
  } catch (const std::bad_alloc&) {
    throw Napi::RangeError::New(env, "not enough memory for these rows");
  }
}

}  // namespace emochat
