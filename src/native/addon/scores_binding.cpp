#include "addon/scores_binding.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "addon/coded_error.h"
#include "addon/typed_arrays.h"
#include "scores/linear_scores.h"

namespace emochat {
namespace {

/// A learning's own copy of its rows: JavaScript may do with its arrays what it likes meanwhile.
struct OwnedScoreRows {
  explicit OwnedScoreRows(const Napi::Object& object)
      : numbers(BytesOf(object, "numbers")),
        classes(BytesOf(object, "classes")),
        folds(BytesOf(object, "folds")),
        sets(BytesOf(object, "sets")),
        set_weights(NumbersOf(object, "setWeights")) {
    constexpr double kMostRows = std::numeric_limits<std::int32_t>::max();
    constexpr double kMostColumns = 16'384;
    constexpr double kMostParts = 255;
    view = {.numbers = numbers,
            .rows = WholeOf(object, "rows", 1, kMostRows),
            .columns = WholeOf(object, "columns", 1, kMostColumns),
            .classes = classes,
            .class_count = WholeOf(object, "classCount", 1, kMostParts),
            .folds = folds,
            .fold_count = WholeOf(object, "foldCount", 1, kMostParts),
            .sets = sets,
            .set_weights = set_weights};
  }

  std::vector<std::uint8_t> numbers;
  std::vector<std::uint8_t> classes;
  std::vector<std::uint8_t> folds;
  std::vector<std::uint8_t> sets;
  std::vector<double> set_weights;
  ScoreRows view;
};

class ScoresWorker final : public Napi::AsyncWorker {
 public:
  ScoresWorker(Napi::Env env, std::unique_ptr<OwnedScoreRows> rows, double ridge, std::size_t threads)
      : Napi::AsyncWorker(env),
        deferred_(env),
        rows_(std::move(rows)),
        ridge_(ridge),
        threads_(threads),
        progress_(std::make_shared<ScoreProgress>()) {}

  [[nodiscard]] Napi::Promise promise() const { return deferred_.Promise(); }
  [[nodiscard]] std::shared_ptr<ScoreProgress> progress() const { return progress_; }

 private:
  void Execute() override {
    try {
      scores_ = LearnScores(rows_->view, ridge_, threads_, *progress_);
    } catch (const ScoresInputError& error) {
      Fail("SCORES_INPUT", error.what());
    } catch (const ScoresCancelledError& error) {
      Fail("CANCELLED", error.what());
    } catch (const std::bad_alloc&) {
      Fail("OUT_OF_MEMORY", "not enough memory for these scores");
    } catch (const std::exception& error) {
      Fail("INTERNAL", error.what());
    }
  }
  void Fail(const char* code, const char* message) {
    code_ = code;
    SetError(message);
  }
  void OnOK() override {
    const Napi::Object value = Napi::Object::New(Env());
    value.Set("weights", ArrayOf<Napi::Float64Array>(Env(), scores_.weights));
    value.Set("offsets", ArrayOf<Napi::Float64Array>(Env(), scores_.offsets));
    value.Set("heldOut", ArrayOf<Napi::Float64Array>(Env(), scores_.held_out));
    deferred_.Resolve(value);
  }
  void OnError(const Napi::Error& error) override {
    deferred_.Reject(CodedError(Env(), code_, error.Message()).Value());
  }

  Napi::Promise::Deferred deferred_;
  std::unique_ptr<OwnedScoreRows> rows_;
  double ridge_;
  std::size_t threads_;
  std::shared_ptr<ScoreProgress> progress_;
  LinearScores scores_;
  std::string code_;
};

}  // namespace

Napi::Value LearnScoresFromJs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  try {
    auto rows = std::make_unique<OwnedScoreRows>(info[0].ToObject());
    const Napi::Object options = info[1].ToObject();
    constexpr double kMostThreads = 1024;
    const std::size_t threads = WholeOf(options, "threads", 1, kMostThreads);
    auto worker = std::make_unique<ScoresWorker>(env, std::move(rows),
                                                 options.Get("ridge").ToNumber().DoubleValue(), threads);
    const Napi::Object handle = Napi::Object::New(env);
    const auto progress = worker->progress();
    handle.Set("result", worker->promise());
    handle.Set("cancel", Napi::Function::New(env, [progress](const Napi::CallbackInfo& call) {
                 progress->cancelled = true;
                 return call.Env().Undefined();
               }));
    worker->Queue();
    // It deletes itself when it is done.
    static_cast<void>(worker.release());
    return handle;
  } catch (const std::bad_alloc&) {
    throw Napi::RangeError::New(env, "not enough memory for these rows");
  }
}

}  // namespace emochat
