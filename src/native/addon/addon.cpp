// The exports of the native core, and nothing else.

#include <napi.h>

#include "addon/engine_binding.h"
#include "addon/facemark_binding.h"
#include "addon/forest_binding.h"
#include "addon/scores_binding.h"

namespace emochat {
namespace {

/// One set for each environment (the main thread, every worker thread).
class NativeAddon : public Napi::Addon<NativeAddon> {
 public:
  NativeAddon(Napi::Env env, Napi::Object exports) : engine_(Napi::Persistent(DefineEngine(env))) {
    DefineAddon(exports, {InstanceMethod("openEngine", &NativeAddon::OpenEngine),
                          InstanceMethod("compileFacemark", &NativeAddon::CompileFacemark),
                          InstanceMethod("growForest", &NativeAddon::GrowForest),
                          InstanceMethod("learnScores", &NativeAddon::LearnScores),
                          InstanceMethod("readCompactSource", &NativeAddon::ReadCompactSource)});
  }

 private:
  Napi::Value OpenEngine(const Napi::CallbackInfo& info) { return OpenEngineFromJs(info, engine_); }
  Napi::Value CompileFacemark(const Napi::CallbackInfo& info) { return CompileFacemarkFromJs(info); }
  Napi::Value GrowForest(const Napi::CallbackInfo& info) { return GrowForestFromJs(info); }
  Napi::Value LearnScores(const Napi::CallbackInfo& info) { return LearnScoresFromJs(info); }
  Napi::Value ReadCompactSource(const Napi::CallbackInfo& info) { return ReadCompactSourceFromJs(info); }

  Napi::FunctionReference engine_;
};

NODE_API_ADDON(NativeAddon)

}  // namespace
}  // namespace emochat
